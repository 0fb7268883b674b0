import type { Bench, Section } from './bench.ts';
import { startFunction } from './process.ts';
import { requestsFor } from './requests.ts';
import { median, ratio } from './statistics.ts';

const PARALLEL = 100;

/** As many requests at once on one user as on users of their own: all are answered, one of them with success. */
export const measureContention = async ({ stage, people, variants, worker, quick }: Bench): Promise<Section> => {
  const started = await startFunction(worker, variants.ours.file, stage.environment);
  const all = async (users: readonly string[]) => {
    const requests = await requestsFor(stage.issuer, users);
    const start = performance.now();
    const { statuses } = await started.call({ requests, parallel: true });
    return { time: performance.now() - start, statuses };
  };
  const apart: number[] = [];
  const together: number[] = [];
  let unanswered = 0;
  let successes = 0;
  const rounds = quick ? 4 : 20;
  for (let round = -1; round < rounds; round++) {
    const separate = await all(await people.create(PARALLEL));
    const [user = ''] = await people.create(1);
    const same = await all(Array<string>(PARALLEL).fill(user));
    if (round < 0) continue;
    apart.push(separate.time);
    together.push(same.time);
    unanswered += [...separate.statuses, ...same.statuses].filter((status) => status >= 500).length;
    successes += same.statuses.filter((status) => status === 200).length;
  }
  await started.stop();
  return {
    title: `${PARALLEL} requests at once (ms)`,
    columns: ['wall time', 'answered 5xx', 'successes a round'],
    rows: [
      [`on ${PARALLEL} users`, median(apart), unanswered, PARALLEL],
      ['on one user', median(together), unanswered, successes / rounds],
    ],
    figures: [
      {
        name: 'one user ÷ as many users',
        value: ratio(together, apart),
        unit: '×',
        goal: { atMost: 3 },
      },
      { name: 'requests left without an answer', value: unanswered, unit: '', goal: { exactly: 0 } },
      { name: 'successes of a round on one user', value: successes / rounds, unit: '', goal: { exactly: 1 } },
    ],
  };
};
