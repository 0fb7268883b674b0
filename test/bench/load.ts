import { randomInt } from 'node:crypto';
import { codeFor, createCaller, type Invoke, type Name } from './callers.ts';
import { functionsOf } from './inProcess.ts';
import { brokenInvariants } from './invariants.ts';
import type { People } from './people.ts';
import { type Actor, DAY_IN_A_MINUTE, drawWalk, enrol } from './realDay.ts';
import { sectionText } from './report.ts';
import { PROVING, type Services, startServices, within } from './services.ts';
import { silenceLog } from './silenceLog.ts';
import type { Stage } from './stage.ts';
import { quantile } from './statistics.ts';

/** Users that have enrolled before, and walks at a time: few enough users that some walks meet. */
const USERS = 300;
const PARALLEL = 32;

/** Milliseconds between two looks at the progress. */
const TICK = 500;

type Load = { readonly stage: Stage; readonly people: People; readonly seconds: number };
type Told = { readonly name: Name; readonly status: number; readonly ms: number };

/** Lets users do for a while what they do on a real day, then looks whether anything of one is half-written. */
export const runLoad = async ({ stage, people, seconds }: Load): Promise<void> => {
  const services = await startServices(stage);
  const write = process.stdout.write.bind(process.stdout);
  const told: Told[] = [];
  const users: Actor[] = [];
  let took = 0;

  const speak = silenceLog();
  await within(services, async () => {
    const functions = functionsOf(stage, services, { ...DAY_IN_A_MINUTE, ...PROVING });
    const measured: Invoke = async (name, event) => {
      const began = performance.now();
      const answer = await functions(name, event);
      told.push({ name, status: answer.statusCode ?? 0, ms: performance.now() - began });
      return answer;
    };
    const newcomer = async () => {
      const actor = await actorOf(stage, services, measured);
      users.push(actor);
      return actor;
    };
    for (let at = 0; at < USERS; at += PARALLEL) {
      const some = await Promise.all(Array.from({ length: Math.min(PARALLEL, USERS - at) }, newcomer));
      await Promise.all(some.map(enrol));
    }
    told.length = 0;

    const start = performance.now();
    const elapsed = () => (performance.now() - start) / 1_000;
    const timer = setInterval(() => write(`\r${progress(told, elapsed(), seconds)} `), TICK);
    const walkOn = async () => {
      while (elapsed() < seconds) {
        const { walk, isNew } = drawWalk();
        await walk(isNew ? await newcomer() : (users[randomInt(USERS)] as Actor));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, walkOn));
    took = elapsed();
    clearInterval(timer);
  });
  speak();
  services.door.close();

  write(`\r${progress(told, took, seconds)}\n`);
  write(`${(told.length / took).toFixed(0)} requests a second, ${PARALLEL} walks at a time, ${users.length} users\n`);
  write(sectionText(byOperation(told)));
  const broken = await brokenOf(users, people);
  for (const text of broken.slice(0, 20)) write(`BROKEN: ${text}\n`);
  const judgement = broken.length === 0 ? 'every log contiguous, every state what its log replays to' : 'see above';
  write(`\n${users.length} users: ${judgement}\n`);
  if (broken.length > 0 || failures(told) > 0) process.exitCode = 1;
};

const actorOf = async ({ issuer }: Stage, services: Services, invoke: Invoke): Promise<Actor> => ({
  ...(await createCaller(issuer, services, invoke)),
  codeOf: (phone) => codeFor(services, phone),
});

const failures = (told: readonly Told[]): number => told.filter(({ status }) => status >= 500).length;

const progress = (told: readonly Told[], elapsed: number, seconds: number): string =>
  `${elapsed.toFixed(0)} of ${seconds} s, ${told.length} requests, ${failures(told)} failed`;

const byOperation = (told: readonly Told[]) => ({
  title: 'Answers by operation, and how long they took (ms)',
  columns: ['requests', '2xx', '4xx', '5xx', 'p50', 'p95', 'p99'],
  rows: [...new Set(told.map(({ name }) => name))].sort().map((name): [string, ...number[]] => {
    const own = told.filter((each) => each.name === name);
    const kinds = [2, 4, 5].map((kind) => own.filter(({ status }) => Math.floor(status / 100) === kind).length);
    const times = [0.5, 0.95, 0.99].map((share) =>
      quantile(
        own.map(({ ms }) => ms),
        share,
      ),
    );
    return [name, own.length, ...kinds, ...times];
  }),
  figures: [],
});

const brokenOf = async (users: readonly Actor[], people: People): Promise<string[]> => {
  const broken: string[] = [];
  for (const { sub } of users) broken.push(...brokenInvariants(sub, await people.items(sub)));
  return broken;
};
