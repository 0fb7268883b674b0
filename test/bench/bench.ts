import type { Noise } from './noise.ts';
import type { People } from './people.ts';
import type { Stage } from './stage.ts';
import type { Variant, VariantName } from './variants.ts';

/** What measurements are made with. */
export type Bench = {
  readonly stage: Stage;
  readonly people: People;
  readonly variants: Readonly<Record<VariantName, Variant>>;
  /** The bundle that fresh processes run. */
  readonly worker: string;
  readonly noise: Noise;
  /** Takes a fraction of the time, for a first look. */
  readonly quick: boolean;
};

/** A figure with the goal that it is held against, if there is one. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'kB' | 'MB' | '×' | '%' | 'µs' | '';
  readonly goal?: { readonly atMost: number } | { readonly exactly: number };
};

/** What a measurement comes to: a table, and the figures that goals are about. */
export type Section = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly [string, ...number[]])[];
  readonly figures: readonly Figure[];
  /** Columns that stand beside those of other measurements in the last table, a row a variant. */
  readonly compared?: readonly string[];
};
