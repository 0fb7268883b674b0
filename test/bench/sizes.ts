import type { Bench, Section } from './bench.ts';

/** How many of a bundle's parts are named. */
const NAMED = 8;

/** The bundles, and what is in ours. */
export const measureSizes = async ({ variants }: Bench): Promise<Section> => {
  const { ours } = variants;
  const parts = Object.entries(ours.parts).slice(0, NAMED);
  return {
    title: 'Bundles (kB)',
    columns: ['bundle', 'archive'],
    compared: ['bundle', 'archive'],
    rows: [
      ...Object.values(variants).map(({ name, size, archive }): [string, ...number[]] => [
        name,
        size / 1_000,
        archive / 1_000,
      ]),
      ...parts.map(([name, size]): [string, ...number[]] => [`  of ours: ${name}`, size / 1_000]),
    ],
    figures: [
      { name: 'bundle', value: ours.size / 1_000, unit: 'kB', goal: { atMost: 320 } },
      { name: 'archive', value: ours.archive / 1_000, unit: 'kB', goal: { atMost: 105 } },
    ],
  };
};
