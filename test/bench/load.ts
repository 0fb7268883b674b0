import { randomInt } from 'node:crypto';
import { readConfig } from '../../lib/config/config.ts';
import { createFunction } from '../../lib/http/createFunction.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { getPhone } from '../../lib/operations/getPhone.ts';
import { listAuthFactors } from '../../lib/operations/listAuthFactors.ts';
import { removeOtpSms } from '../../lib/operations/removeOtpSms.ts';
import { brokenInvariants } from './invariants.ts';
import type { People } from './people.ts';
import { requestsFor } from './requests.ts';
import { silenceLog } from './silenceLog.ts';
import type { Stage } from './stage.ts';
import { quantile } from './statistics.ts';

/** Users that are called for, and calls at a time: few enough users that some calls meet. */
const USERS = 300;
const PARALLEL = 32;

/** Milliseconds between two looks at the progress. */
const TICK = 500;

type Load = { readonly stage: Stage; readonly people: People; readonly seconds: number };

/** Calls the functions of this process for many users at once, then looks whether anything of a user is half-written. */
export const runLoad = async ({ stage, people, seconds }: Load): Promise<void> => {
  const config = readConfig({ ...stage.environment, JWKS: JSON.stringify(stage.issuer.jwks) });
  const handlers = [addOtpSms, removeOtpSms, listAuthFactors, getPhone].map(
    (operation) => createFunction(operation, config).handler,
  );
  const users = await people.create(USERS);
  const requests = await requestsFor(stage.issuer, users);
  const write = process.stdout.write.bind(process.stdout);
  const times: number[] = [];
  const statuses = new Map<number, number>();

  const start = performance.now();
  const end = start + seconds * 1_000;
  const elapsed = () => (performance.now() - start) / 1_000;
  const failed = () => [...statuses].reduce((sum, [status, count]) => sum + (status >= 500 ? count : 0), 0);
  const progress = () => `${elapsed().toFixed(0)} of ${seconds} s, ${times.length} requests, ${failed()} failed`;

  const caller = async () => {
    while (performance.now() < end) {
      const handler = handlers[randomInt(handlers.length)] as (event: unknown, context: unknown) => Promise<unknown>;
      const began = performance.now();
      const limit = { awsRequestId: 'load', getRemainingTimeInMillis: () => 10_000 - (performance.now() - began) };
      const answer = await handler({ ...requests[randomInt(USERS)] }, limit);
      const { statusCode } = answer as { readonly statusCode: number };
      times.push(performance.now() - began);
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
  };
  const speak = silenceLog();
  const timer = setInterval(() => write(`\r${progress()} `), TICK);
  await Promise.all(Array.from({ length: PARALLEL }, caller));
  const took = elapsed();
  clearInterval(timer);
  speak();

  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share).toFixed(1));
  const counts = [...statuses].sort().map(([status, count]) => `${status}: ${count}`);
  write(`\r${progress()}\n`);
  write(`${(times.length / took).toFixed(0)} requests a second, ${PARALLEL} at a time on ${USERS} users\n`);
  write(`p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms\nanswers: ${counts.join(', ')}\n`);

  const broken = (
    await Promise.all(users.map(async (user) => brokenInvariants(user, await people.items(user))))
  ).flat();
  for (const text of broken.slice(0, 20)) write(`BROKEN: ${text}\n`);
  write(
    `${USERS} users: ${broken.length === 0 ? 'every log contiguous, every state what its log replays to' : `${broken.length} broken`}\n`,
  );
  if (broken.length > 0 || failed() > 0) process.exitCode = 1;
};
