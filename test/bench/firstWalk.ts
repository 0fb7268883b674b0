import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, deployedSettings } from '../support/bundle.ts';
import type { Bench, Section } from './bench.ts';
import { createCaller, type Name, type Told } from './callers.ts';
import { type FunctionProcess, startFunction } from './process.ts';
import { PROVING, startServices } from './services.ts';
import { median } from './statistics.ts';

/** The first walk of a user on a stage that nobody has used for a while. */
const WALK = ['setPhone', 'verifyPhone', 'addOtpSms', 'challengeOtpSms', 'checkOtpSms'] as const;

/** Functions as they are deployed, one an operation, and as they would be if those of like privilege were one. */
const ARRANGEMENTS: Readonly<Record<string, readonly (readonly Name[])[]>> = {
  'a function an operation': WALK.map((name) => [name]),
  'grouped by privilege': [['addOtpSms'], ['setPhone', 'challengeOtpSms'], ['verifyPhone', 'checkOtpSms']],
};

/** The code of a function that serves some operations, with one set of clients and one warm-up. */
const codeOf = (names: readonly Name[]): string => `
  import { createVerifier } from './auth/accessToken.ts';
  import { readConfig } from './config/config.ts';
  import { createHandler } from './http/createFunction.ts';
  import { createOperationHandler } from './http/operationHandler.ts';
  import { warmUp, withWarmUp } from './http/warmUp.ts';
  import { createDependencies } from './operations/dependencies.ts';
  import { createPublisher } from './telemetry/publisher.ts';
  ${names.map((name) => `import { ${name} } from './operations/${name}.ts';`).join('\n')}
  const config = readConfig();
  const [verifier, dependencies] = [createVerifier(config.token), createDependencies(config)];
  const publish = createPublisher(config.env);
  const serve = (operation) =>
    createHandler(operation, verifier, createOperationHandler(operation, dependencies), publish);
  const handlers = { ${names.map((name) => `${name}: serve(${name})`).join(', ')} };
  export const { handler, then } = withWarmUp(
    (event, context) => handlers[event.operation](event, context),
    () => warmUp(verifier, dependencies, publish, createHandler),
  );`;

/** What a user waits for who sets a phone, proves it, enrols and signs in while every function is cold. */
export const measureFirstWalk = async ({ stage, worker, noise, quick }: Bench): Promise<Section> => {
  const services = await startServices(stage);
  const environment = {
    ...services.environment,
    ...PROVING,
    AWS_ENDPOINT_URL_DYNAMODB: stage.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
  };
  const settings = await deployedSettings();
  const files = new Map<string, string>();
  for (const names of Object.values(ARRANGEMENTS).flat()) {
    const file = join(stage.folder, `${names.join('-')}.cjs`);
    await writeFile(file, (await bundle({ code: codeOf(names) }, settings)).code);
    files.set(names.join(), file);
  }

  /** One walk: milliseconds of all starts, and of all calls. */
  const walk = async (groups: readonly (readonly Name[])[]) => {
    const running = new Map<string, FunctionProcess>();
    const [loads, calls]: [number[], number[]] = [[], []];
    const caller = await createCaller(stage.issuer, services, async (operation, event) => {
      const group = groups.find((names) => names.includes(operation)) ?? [];
      const name = group.join();
      let started = running.get(name);
      if (!started) {
        started = await startFunction(worker, files.get(name) ?? '', environment);
        running.set(name, started);
        loads.push(started.load);
      }
      const { times, answers = [] } = await started.call({ requests: [{ ...event, operation }], tells: true });
      calls.push(...times);
      return answers[0] ?? {};
    });
    let challengeId = '';
    for (const name of WALK) {
      const body = { phone: caller.phone, code: caller.code(), challengeId };
      const told: Told = await caller.call(name, body);
      if (told.status !== 200) throw new Error(`${name} was answered with ${JSON.stringify(told)}`);
      challengeId =
        (told.body as { readonly challenge?: { readonly challengeId: string } }).challenge?.challengeId ?? '';
    }
    for (const each of running.values()) await each.stop();
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    return { starts: loads.length, load: sum(loads), calls: sum(calls), total: sum(loads) + sum(calls) };
  };

  const names = Object.keys(ARRANGEMENTS);
  const walks = new Map(names.map((name) => [name, [] as Awaited<ReturnType<typeof walk>>[]]));
  for (let round = 0; round < (quick ? 2 : 15); round++) {
    for (const name of names) {
      noise.probe();
      walks.get(name)?.push(await walk(ARRANGEMENTS[name] ?? []));
    }
  }
  services.door.close();
  const of = (name: string, key: 'starts' | 'load' | 'calls' | 'total') =>
    median((walks.get(name) ?? []).map((each) => each[key]));
  return {
    title: 'First walk on an idle stage: set, verify, add, challenge, check (ms)',
    columns: ['starts', 'load', 'calls', 'load + calls'],
    rows: names.map((name) => [name, of(name, 'starts'), of(name, 'load'), of(name, 'calls'), of(name, 'total')]),
    figures: [],
  };
};
