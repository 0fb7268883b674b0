/** Does something a number of times at once. */
export const times = <Result>(count: number, each: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => each(index)));

/** How often each value is there. */
export const tally = (values: readonly unknown[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, String)].map(([value, all]) => [value, all.length]));
