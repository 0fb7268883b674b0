import { readFileSync } from 'node:fs';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { FOR_GOOD } from '../../lib/domain/failedAttempts.ts';
import { PART_KEYS, userPartition } from '../../lib/storage/keys.ts';
import { startIssuer } from '../support/api.ts';
import { fromSetup } from '../support/environment.ts';
import { brief, createApi, enrol, type Name } from '../support/person.ts';
import { COUNTERS, ITEMS, kindOf, LOOK, unitsOf } from '../support/units.ts';
import { WRITES } from '../support/writes.ts';

const runbook = readFileSync(new URL('../../infra/operate.md', import.meta.url), 'utf8');
const client = new DynamoDBClient({ endpoint: fromSetup('AWS_ENDPOINT_URL_DYNAMODB') });
afterAll(() => client.destroy());

describe('the way to unlock a factor', () => {
  const command = /aws dynamodb update-item .+?^```/ms.exec(runbook)?.[0] ?? '';
  const option = (name: string) => new RegExp(`--${name} '([^']+)'`).exec(command)?.[1] ?? '';
  const unlock = (sub: string) =>
    client.send(
      new UpdateItemCommand({
        TableName: fromSetup('TABLE_NAME'),
        Key: JSON.parse(option('key').replace('<sub>', sub)),
        ConditionExpression: option('condition-expression'),
        UpdateExpression: option('update-expression'),
      }),
    );

  it('opens one that no time opens, and does nothing to one that is open', async () => {
    const { person } = createApi(await startIssuer());
    const me = await person();
    await enrol(me);
    await client.send(
      new UpdateItemCommand({
        TableName: fromSetup('TABLE_NAME'),
        Key: marshall({ pk: userPartition(me.sub), sk: PART_KEYS.root }),
        UpdateExpression: 'SET otpSmsFailedAttempts = :guesses',
        ExpressionAttributeValues: marshall({ ':guesses': { failures: 100, lockedUntil: FOR_GOOD } }),
      }),
    );
    expect(brief(await me.call('challengeOtpSms'))).toBe('400/9 COMMAND-S6h4R');
    await unlock(me.sub);
    expect(brief(await me.call('challengeOtpSms'))).toBe('200');
    await expect(unlock(me.sub)).rejects.toThrow('conditional');
  });
});

describe('the cost of', () => {
  const units = (names: readonly Name[]) => {
    const writes = names.flatMap((name) => WRITES.find((write) => write.name === name) ?? []);
    const sending = writes.filter((write) => write.messages > 0);
    const counters = sending.reduce((sum, { name }) => sum + COUNTERS[kindOf(name)], 0);
    return {
      requests: names.length,
      'read units': names.length + LOOK * sending.length,
      'write units': names.reduce((sum, name) => sum + unitsOf(name), 0) + counters,
      messages: sending.length,
      events: writes.flatMap(({ events }) => events).length,
    };
  };
  const enrolment = units(['setPhone', 'verifyPhone', 'addOtpSms']);
  const check = units(['challengeOtpSms', 'checkOtpSms']);

  it('an enrolment and a check is what was measured', () => {
    expect(Object.keys(ITEMS)).toEqual(expect.arrayContaining(WRITES.map(({ name }) => name)));
    for (const [name, used] of Object.entries(enrolment))
      expect(runbook).toContain(`| ${name} | ${used} | ${check[name as keyof typeof check]} |`);
  });

  it.each([
    ['enrolments', enrolment, ''],
    ['checks', check, ' + 0.1·J'],
  ])('a thousand %s adds these up', (name, { requests, events, ...used }, signatures) => {
    const [calls, reads, writes] = [requests, used['read units'], used['write units']].map((each) => each / 1000);
    const lambda = requests * 1000 * 0.5;
    expect(runbook).toContain(
      `a thousand ${name}: \`${calls}·(G + Q) + ${lambda}·t·D + ${reads}·R + ${writes}·W + 0.2·K${signatures} + ` +
        `${used.messages * 1000}·S + ${events / 1000}·(P + E)\``,
    );
  });
});
