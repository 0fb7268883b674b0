import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Outcome } from '../domain/decision.ts';
import type { Event } from '../domain/events.ts';
import type { Root, User } from '../domain/user.ts';
import { all, type Clause, demandsOn, IS_ABSENT, isAsDecided } from './conditions.ts';
import { eventKey, PART_KEYS, userPartition } from './keys.ts';
import { timeToLive } from './timeToLive.ts';

type Part = keyof User;

/** One write of a transaction. */
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * The writes that record an outcome in one transaction: the root under the sequence that the decision saw, every
 * other part that the events changed, and the events. Pure, so that a test can read each expression.
 */
export const toWrites = (table: string, userId: string, { before, events, after }: Outcome): readonly Write[] => {
  const pk = userPartition(userId);
  const parts = Object.keys(PART_KEYS) as Part[];
  const changed = parts.filter((part) => part !== 'root' && before[part] !== after[part]);
  return [
    rootUpdate(table, pk, before.root, after.root as Root, demandsOn('root', before, events)),
    ...changed.map((part) => partWrite(table, pk, part, before, after, demandsOn(part, before, events))),
    ...events.map((event) => eventPut(table, pk, event)),
  ];
};

const asDecided = (before: { readonly sequence: number } | undefined): Clause =>
  before ? isAsDecided(before.sequence) : IS_ABSENT;

const rootUpdate = (table: string, pk: string, before: Root | undefined, after: Root, demands: readonly Clause[]) => {
  const attributes = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]) as Set<keyof Root>;
  attributes.delete('sequence');
  // The time of change is always set: two writes within one millisecond may have nothing else to set.
  const changed = [...attributes].filter((name) => name === 'changeDate' || before?.[name] !== after[name]);
  const set = changed.filter((name) => after[name] !== undefined);
  const remove = changed.filter((name) => after[name] === undefined);
  const { ConditionExpression, values } = all([asDecided(before), ...demands]);
  return {
    Update: {
      TableName: table,
      Key: { pk, sk: PART_KEYS.root },
      UpdateExpression: [
        'ADD #sequence :events',
        `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
        ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
      ].join(' '),
      ConditionExpression,
      ExpressionAttributeNames: Object.fromEntries(['sequence', ...changed].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':events': after.sequence - (before?.sequence ?? 0),
        ...Object.fromEntries(set.map((name) => [`:${name}`, after[name]])),
        ...values,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  } satisfies Write;
};

const partWrite = (
  table: string,
  pk: string,
  part: Part,
  before: User,
  after: User,
  demands: readonly Clause[],
): Write => {
  const { ConditionExpression, values } = all([asDecided(before[part]), ...demands]);
  const condition = {
    TableName: table,
    ConditionExpression,
    ...(before[part] && { ExpressionAttributeNames: { '#sequence': 'sequence' }, ExpressionAttributeValues: values }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const key = { pk, sk: PART_KEYS[part] };
  const item = after[part];
  return item
    ? { Put: { Item: { ...key, ...item, ...('expiresAt' in item && timeToLive(item.expiresAt)) }, ...condition } }
    : { Delete: { Key: key, ...condition } };
};

const eventPut = (table: string, pk: string, event: Event): Write => {
  const { unlogged: _, ...logged } = { unlogged: undefined, ...event };
  return {
    Put: {
      TableName: table,
      Item: { pk, sk: eventKey(event.sequence), ...logged },
      ConditionExpression: IS_ABSENT.text,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
};
