/** The value below which a share of the values lies. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const [below = Number.NaN, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Distance of the quartiles as a share of the median. */
export const spread = (values: readonly number[]): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);

/**
 * How many times of the other's each value is, taken pair by pair; the 20th percentile, since what disturbs a
 * measurement only ever adds to it.
 */
export const ratio = (values: readonly number[], others: readonly number[]): number =>
  quantile(
    values.map((value, i) => value / (others[i] ?? Number.NaN)),
    0.2,
  );
