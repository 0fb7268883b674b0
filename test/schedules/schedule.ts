import { currentCall } from './calls.ts';
import { takeControl } from './control.ts';
import { createCrowd } from './crowd.ts';
import { createTableModel, type TableModel } from './model/table.ts';
import { MAX_SKEW_MS } from './processes.ts';
import { createService, type Service } from './service.ts';
import { SETTINGS } from './settings.ts';
import { createWorld, type Fate, type Step, type Tell, type Violation, type World } from './world.ts';

/** How a schedule went. */
export type Result = {
  readonly seed: number;
  /** A digest of all that happened. */
  readonly hash: string;
  /** Every kind of answer that was given, by its operation: `addOtpSms OK`. */
  readonly answers: ReadonlySet<string>;
  readonly fates: ReadonlySet<Fate>;
  readonly steps: number;
  readonly violation: Violation | undefined;
};

/** Milliseconds after which a call is given up, as the function's time-out demands. */
const LIMIT_MS = 9_500;

/** Seconds that go by at once. */
const PAUSES = [1, 5, 31, 61, 121, 310, 910, 3_700, 90_000] as const;

/** Until all that happens in the process has happened, but for what waits for its turn. */
const quiet = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Runs the schedule of a seed, which decides who asks for what, which pending step comes next, and what befalls it. Ends
 * where all is over, or where a rule is broken.
 */
export const runSchedule = async (seed: number, tell?: Tell, table = createTableModel()): Promise<Result> => {
  const world = createWorld(seed, tell);
  const { random } = world;
  const settings = random.pick(SETTINGS);
  const [concurrency, faults] = [random.pick([1, 2, 4, 8]), random.pick([0, 0.02, 0.1])];
  const crowd = createCrowd(world, settings);
  const answers = new Set<string>();
  const fates = new Set<Fate>();
  const service = createService(world, settings, table, (call, answer) => {
    answers.add(`${call.intent.operation} ${answer?.reason ?? 'NOTHING'}`);
    crowd.hear(call, answer);
  });
  const { release } = takeControl(controlOf(world, service));
  let requests = crowd.beginsWith + 5 + random.below(10);
  let steps = 0;

  const begin = (): void => {
    const intents = crowd.next(service.phones);
    requests -= intents.length;
    for (const intent of intents) service.begin(intent);
  };
  const take = (step: Step): void => {
    const bane = step.call?.bane;
    const isBaned = bane !== undefined && step.fates?.includes(bane) && random.chance(0.9);
    const fate = isBaned
      ? bane
      : step.fates && random.chance(crowd.isBeginning() ? 0 : faults)
        ? random.pick(step.fates)
        : 'goes well';
    fates.add(fate);
    world.take(step, fate);
  };
  const happen = (): boolean => {
    world.pass(random.below(30));
    for (const call of service.calls) if (world.now() - call.startedAt > LIMIT_MS) service.timeOut(call);
    if (random.chance(0.02)) random.pick(service.processes).skewMs = random.below(2 * MAX_SKEW_MS) - MAX_SKEW_MS;
    if (random.chance(faults / 20)) service.die(random.pick(service.processes));
    const isIdle = service.calls.size === 0;
    if (random.chance(isIdle ? 0.2 : 0.001)) pause(world, service);
    const ready = world.steps.filter(({ readyAt = 0 }) => readyAt <= world.now());
    const mayBegin = requests > 0 && service.calls.size < (crowd.isBeginning() ? 1 : concurrency);
    if (mayBegin && (ready.length === 0 || random.chance(0.2))) begin();
    else if (ready.length > 0) take(random.weighted(ready.map((step) => [step.call?.pace ?? 1, step] as const)));
    else if (world.steps.length > 0)
      world.pass(Math.min(...world.steps.map(({ readyAt = 0 }) => readyAt)) - world.now());
    else return service.calls.size > 0 && fail('A call waits for nothing that the schedule knows');
    return true;
  };

  try {
    while (!world.violation() && happen()) {
      await quiet();
      steps++;
    }
  } finally {
    release();
  }
  return { seed, hash: world.hash(), answers, fates, steps, violation: world.violation() };
};

const fail = (message: string): never => {
  throw new Error(message);
};

/** What a schedule decides in the place of the machine. */
const controlOf = (world: World, { phones }: Service) => ({
  random: world.random,
  now: () => world.now() + (currentCall.getStore()?.process.skewMs ?? 0),
  fetch: phones.fetch,
  sleep: (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const call = currentCall.getStore();
      world.add({ call, what: 'pause', readyAt: world.now() + milliseconds, take: () => resolve() });
    }),
});

/** Lets time go by at once; some of the items whose time to live is over are gone then. */
const pause = (world: World, { table, log }: Service): void => {
  const seconds = world.random.pick(PAUSES);
  world.pass(seconds * 1000);
  world.note(`${seconds} s go by`);
  for (const key of expired(table, world.now() / 1000)) {
    if (world.random.chance(0.5)) continue;
    world.note(`${key.pk} ${key.sk} is tidied up`);
    table.apply({ key, before: table.get(key), after: undefined });
    log.tidiedUp(key);
  }
};

const expired = (table: TableModel, nowSeconds: number) =>
  [...table.partitions].flatMap(([pk, items]) =>
    [...items].flatMap(([sk, { ttl }]) => (typeof ttl === 'number' && ttl < nowSeconds ? [{ pk, sk }] : [])),
  );
