import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_OWNER } from '../../infra/local/users.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { apiOf, bearer, configFor, httpEvent, someone, startIssuer, users } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';
import {
  type Action,
  type Attempt,
  cancelled,
  type Fault,
  pass,
  resetAfter,
  startFaultyEngine,
} from '../support/faultyEngine.ts';
import { expectWhole } from '../support/partition.ts';

const issuer = await startIssuer();
const call = apiOf(addOtpSms, configFor(issuer));
const engine = await startFaultyEngine();
afterAll(() => engine.shut());

const handler = new URL('../../functions/addOtpSms.ts', import.meta.url).href;

/** The deployed function, called once in a process of its own; it says the status of its answer. */
const PROGRAM = `
  const { handler } = await import(${JSON.stringify(handler)});
  const { statusCode } = await handler(JSON.parse(process.env.EVENT), { getRemainingTimeInMillis: () => 10_000 });
  process.exit(statusCode === 200 ? 0 : 1);
`;

const start = async (sub: string): Promise<ChildProcess> => {
  const headers = bearer(await issuer.token({ sub }));
  return spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      TABLE_NAME: fromSetup('TABLE_NAME'),
      TOKEN_ISSUER: issuer.url,
      TOKEN_AUDIENCE: issuer.audience,
      DEFAULT_RESOURCE_OWNER: DEFAULT_OWNER,
      STEP_UP: 'off',
      EVENT: JSON.stringify(httpEvent(addOtpSms.http, { headers })),
    },
    stdio: 'ignore',
  });
};

type Kill = () => Promise<void>;

/** What happens around the death: `kill` returns when the process is gone. */
type Death = (attempt: Attempt, kill: Kill) => Promise<void>;

const beforeTheEngine: Death = (_, kill) => kill();

const whileTheEngineHasIt: Death = async (attempt, kill) => {
  await kill();
  await attempt.apply();
};

const beforeTheAnswer: Death = async (attempt, kill) => {
  await attempt.apply();
  await kill();
};

const afterTheAnswer: Death = async (attempt, kill) => {
  await pass(attempt);
  await kill();
};

/** A death, what went wrong before it, and whether the enrolment is recorded all the same. */
type Row = readonly [string, Action, Death, { readonly after?: readonly Fault[]; readonly recorded: boolean }];

const DEATHS: readonly Row[] = [
  ['as it asks for the user', 'Query', beforeTheEngine, { recorded: false }],
  ['while the user is read', 'Query', beforeTheAnswer, { recorded: false }],
  ['as it asks to record the events', 'TransactWriteItems', beforeTheEngine, { recorded: false }],
  ['before the engine takes the events', 'TransactWriteItems', whileTheEngineHasIt, { recorded: true }],
  ['when the events are recorded, before it hears so', 'TransactWriteItems', beforeTheAnswer, { recorded: true }],
  ['when it hears that the events are recorded', 'TransactWriteItems', afterTheAnswer, { recorded: true }],
  [
    'in the second attempt of a write whose answer was lost',
    'TransactWriteItems',
    whileTheEngineHasIt,
    { after: [resetAfter], recorded: true },
  ],
  [
    'in the second attempt after a lost race',
    'TransactWriteItems',
    beforeTheEngine,
    { after: [cancelled('TransactionConflict')], recorded: false },
  ],
];

describe('a process that dies leaves the table whole, and the next one carries on', () => {
  it.concurrent.each(DEATHS)('%s', async (_, action, death, { after = [], recorded }) => {
    const sub = someone();
    await users.put(sub, { phone: '+41791234567', verified: true });
    const child = await start(sub);
    const gone = once(child, 'exit');
    const kill: Kill = async () => {
      child.kill('SIGKILL');
      await gone;
    };
    for (const fault of after) engine.spoil(sub, action, fault);
    engine.spoil(sub, action, (attempt) => death(attempt, kill));

    const [exitCode, signal] = await gone;
    await engine.settle(sub);

    // It may have come to its own end only where the answer of the last step had reached it.
    expect(signal ?? exitCode).toBeOneOf(death === afterTheAnswer ? ['SIGKILL', 0] : ['SIGKILL']);
    expect(engine.attempts(sub, action)).toHaveLength(after.length + 1);
    expect(await expectWhole(sub)).toHaveLength(recorded ? 4 : 3);

    const answer = await call({ headers: bearer(await issuer.token({ sub })) });
    expect(answer.status).toBe(recorded ? 409 : 200);
    expect((await expectWhole(sub)).map(({ type }) => type)).toEqual([
      'user.human.phone.changed',
      'user.human.phone.code.added',
      'user.human.phone.verified',
      'user.human.mfa.otp.sms.added',
    ]);
  });

  it('also when several die at once in the middle of each other', async () => {
    const sub = someone();
    await users.put(sub, { phone: '+41791234567', verified: true });
    const children = await Promise.all([start(sub), start(sub), start(sub)]);
    const gone = Promise.all(children.map((child) => once(child, 'exit')));
    // All hold a transaction decided on the same state; they die together, and then the engine gets every one.
    const transactions = () => new Set(engine.attempts(sub, 'TransactWriteItems')).size;
    const release = Promise.withResolvers<void>();
    engine.spoil(
      sub,
      'TransactWriteItems',
      async (attempt) => {
        if (transactions() === children.length) {
          for (const child of children) child.kill('SIGKILL');
          await gone;
          release.resolve();
        }
        await release.promise;
        await attempt.apply();
      },
      20,
    );

    await gone;
    await engine.settle(sub);

    expect(transactions()).toBe(children.length);
    expect(await expectWhole(sub)).toHaveLength(4);
  });
});
