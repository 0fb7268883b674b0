import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { describe, expect, it } from 'vitest';
import { isAllowed, isAllowedByKey, type KeyStatement, permissionsFor } from './authorization.ts';
import { REGION } from './cloudFormation.ts';
import { startGate } from './gate.ts';

const gate = await startGate();
const table = `arn:aws:dynamodb:${REGION}:000000000000:table/users`;
const services = {
  dynamodb: async () => ({ status: 200, body: { Items: [] } }),
  'sms-voice': async () => ({ status: 200, body: { MessageId: '1' } }),
};
const credentials = gate.admit({
  name: 'getPhone',
  role: 'arn:aws:iam::000000000000:role/getPhone',
  keyPolicies: new Map(),
  statements: [{ Effect: 'Allow', Action: 'dynamodb:Query', Resource: table }],
  services,
});

const client = (more: object = {}) =>
  new DynamoDBClient({ endpoint: gate.url, region: REGION, credentials, maxAttempts: 1, ...more });
const query = (TableName = 'users') =>
  new QueryCommand({
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'zürich *?&' } },
  });

describe('the gate', () => {
  it('passes on what is signed and allowed', async () => {
    expect(await client().send(query())).toMatchObject({ Items: [] });
    expect(gate.takePermissions()).toEqual([`getPhone dynamodb:Query ${table}`]);
  });

  it.each([
    ['another secret', { secretAccessKey: 'another' }],
    ['another session', { sessionToken: 'another' }],
    ['no session', { sessionToken: undefined }],
  ])('refuses %s', async (_, wrong) => {
    const sent = client({ credentials: { ...credentials, ...wrong } }).send(query());
    await expect(sent).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    expect(gate.takeRefusals()).toHaveLength(1);
  });

  it('refuses a request that was changed on the way', async () => {
    const changing = client();
    changing.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string | Uint8Array };
        request.body = Buffer.from(request.body).toString().replace('users', 'other');
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(changing.send(query())).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    expect(gate.takeRefusals()).toHaveLength(1);
  });

  it('denies another resource, and another action', async () => {
    await expect(client().send(query('orders'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const sms = new PinpointSMSVoiceV2Client({ endpoint: gate.url, region: REGION, credentials, maxAttempts: 1 });
    const message = new SendTextMessageCommand({ DestinationPhoneNumber: '+41790000000', OriginationIdentity: 'pool' });
    await expect(sms.send(message)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(gate.takeRefusals()).toHaveLength(2);
  });
});

describe('a request needs', () => {
  it('the permission of each part of a transaction, on the table of that part', () => {
    const TransactItems = [{ Put: { TableName: 'a' } }, { ConditionCheck: { TableName: 'b' } }];
    expect(permissionsFor('dynamodb', 'TransactWriteItems', { TransactItems })).toEqual([
      { action: 'dynamodb:PutItem', resource: table.replace('users', 'a') },
      { action: 'dynamodb:ConditionCheckItem', resource: table.replace('users', 'b') },
    ]);
  });

  it('the permission to send on everything that a message names', () => {
    const input = { OriginationIdentity: 'arn:p', ConfigurationSetName: 'c', ProtectConfigurationId: 'protect-1' };
    const arn = `arn:aws:sms-voice:${REGION}:000000000000:`;
    expect(permissionsFor('sms-voice', 'SendTextMessage', input).map(({ resource }) => resource)).toEqual([
      'arn:p',
      `${arn}configuration-set/c`,
      `${arn}protect-configuration/protect-1`,
    ]);
  });
});

describe('a role', () => {
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource }) as const;
  const asked = { action: 'kms:Sign', resource: 'arn:k' };

  it.each([
    ['the same', [allow('kms:Sign', 'arn:k')], true],
    ['a pattern of actions', [allow('kms:*', 'arn:k')], true],
    ['every resource', [allow('kms:Sign', '*')], true],
    ['one letter open', [allow('kms:Sig?', 'arn:k')], true],
    ['nothing', [], false],
    ['what begins like it', [allow('kms:Sig', 'arn:k')], false],
    ['another resource', [allow('kms:Sign', 'arn:k2')], false],
    [
      'what is denied elsewhere',
      [allow('kms:Sign', '*'), { ...allow('kms:*', 'arn:k'), Effect: 'Deny' as const }],
      false,
    ],
  ])('that allows %s', (_, statements, allowed) => {
    expect(isAllowed(statements, asked)).toBe(allowed);
  });

  it('with a condition is not taken for one without', () => {
    const statement = { ...allow('kms:Sign', '*'), Condition: {} };
    expect(() => isAllowed([statement], asked)).toThrow(/Condition/);
  });
});

describe('the policy of a key', () => {
  const role = 'arn:aws:iam::000000000000:role/one';
  const asked = { action: 'kms:Sign', resource: 'arn:k' };
  const statement = (more: Partial<KeyStatement> = {}): KeyStatement => ({
    Effect: 'Allow',
    Action: 'kms:Sign',
    Resource: '*',
    Principal: { AWS: 'arn:aws:iam::000000000000:root' },
    ...more,
  });
  const only = (arn: string) => ({ Condition: { ArnEquals: { 'aws:PrincipalArn': [arn] } } });

  it.each([
    ['the account', statement(), true],
    ['the role', statement({ Principal: { AWS: [role] } }), true],
    ['the account, for the role', statement(only(role)), true],
    ['the account, for another role', statement(only(`${role}-2`)), false],
    ['another role', statement({ Principal: { AWS: `${role}-2` } }), false],
    ['the account, for something else', statement({ Action: 'kms:Describe*' }), false],
  ])('that is for %s', (_, policy, allowed) => {
    expect(isAllowedByKey([policy], role, asked)).toBe(allowed);
  });

  it('with another condition is not taken for one without', () => {
    const other = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } } as unknown as Partial<KeyStatement>;
    expect(() => isAllowedByKey([statement(other)], role, asked)).toThrow(/SecureTransport/);
  });
});
