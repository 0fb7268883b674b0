import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { parsePhoneNumberWithError } from 'libphonenumber-js';
import type { readConfig } from '../../lib/config/config.ts';
import { run } from '../../lib/domain/decision.ts';
import type { Fact } from '../../lib/domain/events.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';
import type { JsonBody } from './api.ts';
import { fromSetup } from './environment.ts';
import { POLICY } from './given.ts';
import { supporterOf } from './supporter.ts';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: fromSetup('AWS_ENDPOINT_URL_DYNAMODB') }));

/** Has users erased as an operator does; tells `OK`, or the reason of the refusal. */
export const eraserOf = (config: ReturnType<typeof readConfig>) => {
  const support = supporterOf(config);
  return async (userId: string): Promise<unknown> => {
    const payload = { action: 'erase', userId, operator: 'alice', reason: 'Erika Mustermann asked for it by letter' };
    const { code, details }: JsonBody = await support(payload);
    return code === undefined ? 'OK' : details?.find(({ reason }) => reason)?.reason;
  };
};

/** Every item of a table, whomever it belongs to. */
export const allItems = async (TableName: string): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...Items);
  return items;
};

/** Ways to write a text down, with bytes as they are and as base64. */
const written = (text: string): string[] => [
  text,
  encodeURIComponent(text),
  ...(['base64', 'base64url', 'hex'] as const).map((encoding) => Buffer.from(text).toString(encoding)),
];

const spellingsOf = (phone: string): string[] => {
  const number = parsePhoneNumberWithError(phone);
  const spellings = [phone, number.formatNational(), number.formatInternational(), number.nationalNumber];
  return [...new Set(spellings.flatMap((text) => [text, text.replace(/\D/g, '')]))];
};

const plain = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? [...written(Buffer.from(value).toString('latin1'))] : value;

/** The items that name a user, or one of the numbers, in any spelling. */
export const tracesOf = async (table: string, userId: string, phones: readonly string[]): Promise<object[]> => {
  const names = [userId, ...phones.flatMap(spellingsOf)].flatMap(written).map((name) => name.toLowerCase());
  return (await allItems(table)).filter((item) => {
    const text = JSON.stringify(item, plain).toLowerCase();
    return names.some((name) => text.includes(name));
  });
};

const UNLOCKED: Fact = { type: 'user.human.mfa.otp.sms.unlocked', allowedBy: { by: 'OPERATOR', reason: 'lost' } };

/** Lets so many more things happen to a user who is there. */
export const addEvents = async (table: string, userId: string, count: number): Promise<void> => {
  const store = createUserStore(createDocumentClient(), table);
  for (let left = count; left > 0; left -= 90) {
    const facts = Array<Fact>(Math.min(left, 90)).fill(UNLOCKED);
    const context = { now: new Date(), editor: userId, policy: POLICY };
    const outcome = run(() => ({ facts }), await store.load(userId), undefined, context);
    const { committed } = await store.commit(userId, outcome, []);
    if (!committed) throw new Error('Somebody else writes about the user');
  }
};
