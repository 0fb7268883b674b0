import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Outcome } from '../domain/decision.ts';
import { type Event, isLogged, usesUp } from '../domain/events.ts';
import { secondsAfter } from '../domain/time.ts';
import type { Root, User } from '../domain/user.ts';
import { all, type Clause, demandsOn, IS_ABSENT, IS_NOT_BEING_ERASED, isAsDecided, isSameUser } from './conditions.ts';
import { eventKey, PART_KEYS, proofKey, userPartition } from './keys.ts';
import { timeToLive } from './timeToLive.ts';

type Part = keyof User;

/** One write of a transaction. */
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * The writes that record an outcome in one transaction: the root under the sequence that the decision saw, every
 * other part that the events changed or speak of, the events, and the proofs that they use up. Pure, so that a test can
 * read each expression.
 */
export const toWrites = (table: string, userId: string, outcome: Outcome): readonly Write[] => {
  const { before, events, after } = outcome;
  const pk = userPartition(userId);
  const parts = Object.keys(PART_KEYS).filter((part) => part !== 'root') as Part[];
  return [
    rootUpdate(table, pk, before.root, after.root as Root, demandsOn('root', outcome) ?? []),
    ...parts.flatMap((part) => {
      const demands = demandsOn(part, outcome);
      return before[part] !== after[part] || demands ? [partWrite(table, pk, part, before, after, demands ?? [])] : [];
    }),
    ...events.filter(isLogged).map((event) => eventPut(table, pk, event)),
    ...events.flatMap((event) => proofUse(table, userId, event)),
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
  const same = before ? [isSameUser(before), ...(after.erasedAt === undefined ? [IS_NOT_BEING_ERASED] : [])] : [];
  const { ConditionExpression, values } = all([asDecided(before), ...same, ...demands]);
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
  if (item === before[part]) return { ConditionCheck: { Key: key, ...condition } };
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

/** Seconds after its use that a proof could be used again, at the longest. */
const PROOF_LIFE_SECONDS = 300;

/** A proof is used up, or looked at: a wrong guess is to write as many items as a right one. */
const proofUse = (table: string, userId: string, event: Event): readonly Write[] => {
  const { allowedBy, createdAt } = event;
  if (allowedBy?.by !== 'PROOF') return [];
  const key = proofKey(userId, allowedBy.jti);
  const unused = { TableName: table, ConditionExpression: IS_ABSENT.text };
  if (!usesUp(event)) return [{ ConditionCheck: { Key: key, ...unused } }];
  return [{ Put: { Item: { ...key, ...timeToLive(secondsAfter(createdAt, PROOF_LIFE_SECONDS)) }, ...unused } }];
};
