import { createHash } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { median, quantile } from './statistics.ts';

/** How much a fixed piece of work may vary before ratios are not worth believing. */
const LIMIT = 0.3;

const WORK = Buffer.alloc(4_000_000);

/** Watches how steady the machine is, by a fixed piece of work between the measurements. */
export const watchNoise = () => {
  const times: number[] = [];
  // What else runs was there before the first measurement.
  const busy = (loadavg()[0] ?? 0) > availableParallelism() / 2;
  return {
    probe(): void {
      const start = performance.now();
      createHash('sha256').update(WORK).digest();
      times.push(performance.now() - start);
    },
    judge() {
      const variation = (quantile(times, 0.9) - quantile(times, 0.1)) / median(times);
      return { variation, noisy: busy || variation > LIMIT };
    },
  };
};

export type Noise = ReturnType<typeof watchNoise>;
