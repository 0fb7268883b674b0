import { startCapacityProxy } from '../support/capacityProxy.ts';
import type { Bench, Section } from './bench.ts';
import { startFunction } from './process.ts';
import { requestsFor } from './requests.ts';

/** Calls and capacity units of one enrolment, for users with a short and with a long history. */
export const measureCost = async ({ stage, people, variants, worker, quick }: Bench): Promise<Section> => {
  const proxy = await startCapacityProxy(stage.engine);
  const environment = { ...stage.environment, AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint };
  const started = await startFunction(worker, variants.ours.file, environment);
  const start = proxy.take();
  const lengths = quick ? [3, 10, 1_000] : [3, 10, 10_000];
  const rows: [string, ...number[]][] = [];
  for (const length of lengths) {
    const requests = await requestsFor(stage.issuer, [await people.createWithHistory(length)]);
    await started.call({ requests });
    const calls = proxy.take();
    const units = (action: string) =>
      calls.filter((each) => each.action === action).reduce((sum, each) => sum + each.units, 0);
    rows.push([`${length} events`, calls.length, units('Query'), units('TransactWriteItems')]);
  }
  await started.stop();
  proxy.close();
  const column = (at: number) => rows.map((row) => Number(row[at]));
  const figure = (name: string, values: readonly number[], exactly: number) =>
    values.map((value) => ({ name, value, unit: '' as const, goal: { exactly } }));
  return {
    title: `DynamoDB for one enrolment (a start takes ${start.length} calls)`,
    columns: ['calls', 'read units', 'write units'],
    rows,
    figures: [
      ...figure('DynamoDB calls of an enrolment', column(1), 2),
      ...figure('read units of an enrolment', column(2), 1),
      ...figure('write units of an enrolment', column(3), 6),
    ],
  };
};
