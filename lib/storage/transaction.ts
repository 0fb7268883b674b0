import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Outcome } from '../domain/decision.ts';
import type { Event } from '../domain/events.ts';
import type { Root, User } from '../domain/user.ts';
import { all, DEMANDS, IS_ABSENT, IS_AS_DECIDED } from './conditions.ts';
import { eventKey, PART_KEYS, userPartition } from './keys.ts';

type Part = keyof User;
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * The one transaction that records an outcome: the root under the sequence that the decision saw, every other part
 * that the events changed, and the events. Pure, so that a test can read each expression.
 */
export const toTransaction = (
  table: string,
  userId: string,
  { before, events, after }: Outcome,
): TransactWriteCommandInput => {
  const pk = userPartition(userId);
  const parts = Object.keys(PART_KEYS) as Part[];
  const changed = parts.filter((part) => part !== 'root' && before[part] !== after[part]);
  return {
    TransactItems: [
      rootUpdate(table, pk, before.root, after.root as Root, demandsOn('root', events)),
      ...changed.map((part) => partWrite(table, pk, part, before, after, demandsOn(part, events))),
      ...events.map((event) => eventPut(table, pk, event)),
    ],
  };
};

const demandsOn = (part: Part, events: readonly Event[]): (string | undefined)[] =>
  events.map((event) => DEMANDS[event.type]?.[part]);

const rootUpdate = (
  table: string,
  pk: string,
  before: Root | undefined,
  after: Root,
  demands: (string | undefined)[],
) => {
  const attributes = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]) as Set<keyof Root>;
  attributes.delete('sequence');
  const changed = [...attributes].filter((name) => before?.[name] !== after[name]);
  const set = changed.filter((name) => after[name] !== undefined);
  const remove = changed.filter((name) => after[name] === undefined);
  return {
    Update: {
      TableName: table,
      Key: { pk, sk: PART_KEYS.root },
      UpdateExpression: [
        'ADD #sequence :events',
        set.length > 0 && `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
        remove.length > 0 && `REMOVE ${remove.map((name) => `#${name}`).join(', ')}`,
      ]
        .filter(Boolean)
        .join(' '),
      ConditionExpression: all(before ? IS_AS_DECIDED : IS_ABSENT, ...demands),
      ExpressionAttributeNames: Object.fromEntries(['sequence', ...changed].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':events': after.sequence - (before?.sequence ?? 0),
        ...(before && { ':decidedOn': before.sequence }),
        ...Object.fromEntries(set.map((name) => [`:${name}`, after[name]])),
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
  demands: (string | undefined)[],
): Write => {
  const decidedOn = before[part]?.sequence;
  const condition = {
    TableName: table,
    ConditionExpression: all(decidedOn === undefined ? IS_ABSENT : IS_AS_DECIDED, ...demands),
    ...(decidedOn !== undefined && {
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: { ':decidedOn': decidedOn },
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const key = { pk, sk: PART_KEYS[part] };
  return after[part]
    ? { Put: { Item: { ...key, ...after[part] }, ...condition } }
    : { Delete: { Key: key, ...condition } };
};

const eventPut = (table: string, pk: string, event: Event): Write => ({
  Put: {
    TableName: table,
    Item: { pk, sk: eventKey(event.sequence), ...event },
    ConditionExpression: IS_ABSENT,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});
