import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createKms, createSms } from '../packaged/standIns.ts';
import { startIssuer } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';
import { ownTable } from '../support/ownTable.ts';
import { codeFor, createApi, skip, stopClock } from '../support/person.ts';
import { startDoor } from '../support/rounds.ts';
import { type Caller, WAITS } from '../support/waits.ts';

stopClock();
/** Counters that all share are nobody else's here. */
const table = await ownTable();
const issuer = await startIssuer();
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signingKey = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const door = await startDoor({
  dynamoDb: fromSetup('AWS_ENDPOINT_URL_DYNAMODB'),
  kms: createKms(randomBytes(32).toString('base64'), signingKey),
  sms: createSms(`${issuer.url}/messages`),
});
afterAll(() => door.close());

/** The functions of a stage that hashes, signs and sends by AWS. */
const deployed = {
  TABLE_NAME: table,
  CODE_KEY: '',
  CODE_KEY_ID: 'code-key',
  SMS_INBOX_URL: '',
  SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:eu-central-1:000000000000:pool/pool-1',
};
for (const service of ['DYNAMODB', 'KMS', 'PINPOINT_SMS_VOICE_V2']) {
  vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, door.url);
}
const silent = createApi(issuer, deployed);
const proving = createApi(issuer, { ...deployed, PROOF_ISSUER: 'https://proofs.example', PROOF_KEY_ID: 'proof-key' });

const caller = async (proof: boolean): Promise<Caller> => {
  const { phone, call } = await (proof ? proving : silent).person();
  return { phone, call, code: () => codeFor(phone), waitForNextMessage: async () => skip(1) };
};

describe('the answers of other services that a request waits for in a row', () => {
  it.each(WAITS)('$title: $waits', async ({ prepare, proof, waits }) => {
    // The first request of a function opens connections and derives keys, as its warm-up does.
    await (await prepare(await caller(proof)))();
    const request = await prepare(await caller(proof));
    skip(1); // the counter of the address is full again
    const { rounds } = await door.inRounds(request);
    expect(rounds, JSON.stringify(rounds)).toHaveLength(waits);
  });
});
