import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import type { Command } from './model/table.ts';

/** The keys of the few items of a partition. */
export const SORT_KEYS = ['STATE#1', 'STATE#2', 'EVENT#1', 'EVENT#2'] as const;

/** A piece of an expression, with the values for its question marks. */
type Piece = { readonly text: string; readonly values: readonly unknown[] };

const piece = (text: string, ...values: readonly unknown[]): Piece => ({ text, values });

const join = (pieces: readonly Piece[], between: string): Piece =>
  piece(pieces.map(({ text }) => text).join(between), ...pieces.flatMap(({ values }) => values));

const number = fc.integer({ min: 0, max: 4 });
const letter = fc.constantFrom('a', 'b', 'c');
const times = fc.array(number, { maxLength: 3 });
const guesses = fc.record({ n: number, lockedUntil: letter }, { requiredKeys: [] });
const attributes = fc.record({ n: number, m: number, s: letter, times, guesses }, { requiredKeys: [] });

const NAMES = { '#n': 'n', '#guesses': 'guesses' };
const path = fc.constantFrom('n', '#n', 's', 'times[0]', 'times[1]', 'guesses.n', 'guesses.lockedUntil', '#guesses.#n');
const comparator = fc.constantFrom('=', '<', '<=', '>', '>=');

/** The clauses that the storage writes, and others like them. */
const clause: fc.Arbitrary<Piece> = fc.oneof(
  fc
    .constantFrom('pk', 'n', '#n', 'guesses', 'guesses.n', 'times[0]')
    .map((name) => piece(`attribute_exists(${name})`)),
  fc
    .constantFrom('pk', 'n', '#n', 'guesses', 'guesses.n', 'times[0]')
    .map((name) => piece(`attribute_not_exists(${name})`)),
  fc.tuple(path, comparator, fc.oneof(number, letter)).map(([name, than, value]) => piece(`${name} ${than} ?`, value)),
  fc.tuple(fc.constantFrom('times', 's', 'guesses'), number).map(([name, value]) => piece(`size(${name}) < ?`, value)),
);

const clauses = (word: string) => fc.array(clause, { minLength: 2, maxLength: 3 }).map((all) => join(all, ` ${word} `));

const condition = fc.oneof(
  clause,
  clauses('AND'),
  clauses('OR'),
  fc.tuple(clause, clauses('AND')).map((all) => join(all, ' OR ')),
  fc.tuple(clause, clauses('OR')).map(([one, { text, values }]) => join([one, piece(`(${text})`, ...values)], ' AND ')),
);

const update = fc.oneof(
  fc.tuple(number, letter).map((values) => piece('ADD #n ? SET s = ?', ...values)),
  fc.tuple(number, letter).map((values) => piece('ADD #n ? SET s = ? REMOVE times, #guesses', ...values)),
  fc.tuple(number, number).map((values) => piece('SET n = ? + ?, m = n', ...values)),
  number.map((value) => piece('SET n = n - ?', value)),
  fc.tuple(times, guesses).map((values) => piece('SET times = ?, guesses = ?', ...values)),
);

/** Expressions, with a name for each value that they speak of. */
const named = <Pieces extends Readonly<Record<string, Piece>>>(pieces: Pieces) => {
  const values = Object.values<Piece>(pieces).flatMap((each) => each.values);
  let next = 0;
  const texts = Object.entries<Piece>(pieces).map(([name, { text }]) => [
    name,
    text.replaceAll('?', () => `:value${next++}`),
  ]);
  const used = Object.entries(NAMES).filter(([name]) => texts.some(([, text = '']) => text.includes(name)));
  return {
    ...(Object.fromEntries(texts) as Record<keyof Pieces, string>),
    ...(values.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(values.map((value, index) => [`:value${index}`, value])),
    }),
    ...(used.length > 0 && { ExpressionAttributeNames: Object.fromEntries(used) }),
  };
};

/** Commands like those of the storage, on a few items of a partition. */
export const commandsOn = (TableName: string, pk: string): fc.Arbitrary<Command> => {
  const key = fc.record({ pk: fc.constant(pk), sk: fc.constantFrom(...SORT_KEYS) });
  const old = fc.constantFrom({}, { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const });
  const demand: fc.Arbitrary<Readonly<Record<string, Piece>>> = fc.oneof(
    condition.map((ConditionExpression) => ({ ConditionExpression })),
    fc.constant({}),
  );
  const puts = fc
    .tuple(key, attributes, demand, old)
    .map(([Key, item, demands, more]) => ({ TableName, Item: { ...Key, ...item }, ...named(demands), ...more }));
  const updates = fc.tuple(key, update, demand, old).map(([Key, UpdateExpression, demands, more]) => ({
    TableName,
    Key,
    ...named({ UpdateExpression, ...demands }),
    ...more,
  }));
  const deletes = fc
    .tuple(key, demand, old)
    .map(([Key, demands, more]) => ({ TableName, Key, ...named(demands), ...more }));
  const checks = fc
    .tuple(key, condition, old)
    .map(([Key, ConditionExpression, more]) => ({ TableName, Key, ...named({ ConditionExpression }), ...more }));
  const writes = fc.oneof(
    puts.map((Put) => ({ Put })),
    updates.map((Update) => ({ Update })),
    deletes.map((Delete) => ({ Delete })),
    checks.map((ConditionCheck) => ({ ConditionCheck })),
  );
  const ranges = fc.constantFrom(
    { text: '', values: {} },
    { text: ' AND sk BETWEEN :from AND :to', values: { ':from': 'STATE#', ':to': 'STATE$' } },
    { text: ' AND begins_with(sk, :prefix)', values: { ':prefix': 'EVENT#' } },
  );
  const wholeOrPart = fc.constantFrom(
    {},
    { ProjectionExpression: 'pk, sk', Limit: 2 },
    { ProjectionExpression: 's, n' },
  );
  return fc.oneof(
    puts.map((input) => new PutCommand(input)),
    updates.map((input) => new UpdateCommand(input)),
    deletes.map((input) => new DeleteCommand(input)),
    {
      weight: 4,
      arbitrary: fc
        .array(writes, { minLength: 1, maxLength: 4 })
        .map((TransactItems) => new TransactWriteCommand({ TransactItems })),
    },
    fc.tuple(ranges, wholeOrPart).map(([{ text, values }, part]) => {
      const ExpressionAttributeValues = { ':pk': pk, ...values };
      const KeyConditionExpression = `pk = :pk${text}`;
      return new QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues, ...part });
    }),
    key.map((Key) => new GetCommand({ TableName, Key })),
    fc
      .uniqueArray(key, { minLength: 1, selector: ({ pk, sk }) => pk + sk })
      .map((Keys) => new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } })),
  );
};
