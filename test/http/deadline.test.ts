import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { getPhone } from '../../lib/operations/getPhone.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { setPhone } from '../../lib/operations/setPhone.ts';
import { CODE_KEY_ARN } from '../packaged/environment.ts';
import { apiOf, bearer, callFunctionsAt, configFor, lambdaContext, someone, startIssuer } from '../support/api.ts';
import { somePhone } from '../support/factor.ts';
import { done, keepsSilent, startFakeAws } from '../support/fakeAws.ts';
import { hmacUnder } from '../support/fakeKms.ts';
import { silent, startFaultyEngine } from '../support/faultyEngine.ts';
import { SMS_SETTINGS } from '../support/package.ts';
import { rpcEvent, rpcOf } from '../support/rpc.ts';

const issuer = await startIssuer();
const engine = await startFaultyEngine();
const kms = await startFakeAws('AWS_ENDPOINT_URL_KMS');
const sms = await startFakeAws('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2');
callFunctionsAt(engine.endpoint);
afterAll(() => engine.shut());

const config = configFor(issuer, {
  CODE_KEY: '',
  CODE_KEY_ID: CODE_KEY_ARN,
  SMS_INBOX_URL: '',
  ...SMS_SETTINGS,
});

/** Milliseconds of a function's own time: less than a single attempt at anything may take. */
const REMAINING_MS = 1_200;

type Call = (operation: Operation, headers: Record<string, string>, body: string) => Promise<unknown[]>;

/** A call by each protocol: its HTTP status, its code, its reason, and after how many seconds it may be tried again. */
const PROTOCOLS: readonly (readonly [string, Call])[] = [
  [
    'REST',
    async (operation, headers, body) => {
      const answer = await apiOf(operation, config)({ headers, body }, lambdaContext(REMAINING_MS));
      return [answer.status, answer.body.details?.[0]?.reason, answer.headers['retry-after']];
    },
  ],
  [
    'Connect',
    async ({ service, rpc }, headers, body) => {
      const event = rpcEvent(`/${service}/${rpc}`, { ...headers, 'content-type': 'application/json' }, body);
      const answer = await rpcOf(config)(event, lambdaContext(REMAINING_MS));
      const { details } = (await answer.json()) as { details: { debug?: { reason?: string } }[] };
      const [reason] = details.flatMap(({ debug }) => debug?.reason ?? []);
      return [answer.status, reason, answer.headers.get('retry-after')];
    },
  ],
];

const works = () => {
  kms.answer(hmacUnder(randomBytes(32)));
  sms.answer(done({ MessageId: 'message' }));
};

describe.each(PROTOCOLS)('when the time of a function is up, over %s', (_, call) => {
  const ask = async (operation: Operation, body: object, late: (sub: string) => void) => {
    const sub = someone();
    works();
    late(sub);
    return call(operation, bearer(await issuer.token({ sub })), JSON.stringify(body));
  };

  it('the refusal says that storage was late', async () => {
    const answer = await ask(getPhone, {}, (sub) => engine.spoil(sub, 'Query', silent, 9));
    expect(answer).toEqual([503, 'STORAGE_UNAVAILABLE', '1']);
  });

  it('the refusal says that the key was late', async () => {
    const answer = await ask(setPhone, { phone: somePhone() }, () => kms.answer(keepsSilent));
    expect(answer).toEqual([503, 'CODE_KEY_UNAVAILABLE', '1']);
  });

  it('the refusal says that the message was late', async () => {
    const answer = await ask(setPhone, { phone: somePhone() }, () => sms.answer(keepsSilent));
    expect(answer).toEqual([503, 'SMS_UNAVAILABLE', expect.any(String)]);
  });
});
