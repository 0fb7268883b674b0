/** Draws that a seed decides, all of them. */
export type Random = {
  /** A whole number from 0, less than the bound. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** One of the values, each as likely as its weight says. */
  weighted<Value>(values: readonly (readonly [weight: number, value: Value])[]): Value;
};

/** The draws of a seed (mulberry32: 32 bits of state, all of them told by the seed). */
export const createRandom = (seed: number): Random => {
  let state = seed | 0;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = {
    below: (bound) => Math.floor(draw() * bound),
    chance: (probability) => draw() < probability,
    pick: (values) => values[random.below(values.length)] as (typeof values)[number],
    weighted(values) {
      let left = draw() * values.reduce((sum, [weight]) => sum + weight, 0);
      let [, drawn] = values[0] as (typeof values)[number];
      for (const [weight, value] of values) {
        if (left >= 0) drawn = value;
        left -= weight;
      }
      return drawn;
    },
  };
  return random;
};
