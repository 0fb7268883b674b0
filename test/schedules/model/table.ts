import {
  type CancellationReason,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  type PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteCommand,
  type UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Write } from '../../../lib/storage/transaction.ts';
import { condition, type Item, MissingAttribute, update } from './expressions.ts';

/** The commands that the storage sends. */
export type Command =
  | QueryCommand
  | GetCommand
  | BatchGetCommand
  | PutCommand
  | UpdateCommand
  | DeleteCommand
  | TransactWriteCommand;

type Key = { readonly pk: string; readonly sk: string };

/** A change of one item: what is there before it and after it, where there is anything. */
export type Change = { readonly key: Key; readonly before: Item | undefined; readonly after: Item | undefined };

/** What any write may demand of the item that it is about. */
type Conditional = Pick<
  PutCommandInput,
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
  | 'ReturnValuesOnConditionCheckFailure'
>;

const $metadata = {};
const FAILED = 'The conditional request failed';

const invalid = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata });

/** An item as it comes back: without what is undefined, and with bytes that are nobody's buffer. */
const asStored = (item: Item): Item => {
  const stored = { ...item };
  for (const name in stored) {
    const value = stored[name];
    if (value === undefined) delete stored[name];
    if (Buffer.isBuffer(value)) stored[name] = new Uint8Array(value);
  }
  return stored;
};

/**
 * A table of DynamoDB in this process, as far as the storage uses one: conditions, transactions, and the items that a
 * refused write gives back. It answers at once. What the storage does not write yet is an error, not a guess.
 */
export const createTableModel = () => {
  const partitions = new Map<string, Map<string, Item>>();
  const get = ({ pk, sk }: Key): Item | undefined => partitions.get(pk)?.get(sk);

  const apply = ({ key: { pk, sk }, after }: Change): void => {
    const partition = partitions.get(pk) ?? new Map<string, Item>();
    partitions.set(pk, partition);
    if (after) partition.set(sk, after);
    else partition.delete(sk);
  };

  const query = ({ KeyConditionExpression = '', ExpressionAttributeValues: values, ...of }: QueryCommandInput) => {
    const isWanted = condition(KeyConditionExpression);
    const [, pk = ''] = /^pk = (:\w+)/.exec(KeyConditionExpression) ?? [];
    const found = [...(partitions.get(values?.[pk]) ?? [])]
      .filter(([, item]) => isWanted(item, { values }))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, item]) => item)
      .slice(0, of.Limit);
    const { sk } = found.at(-1) ?? {};
    return {
      Items: found.map((item) => (of.ProjectionExpression ? projected(item, of.ProjectionExpression) : item)),
      ...(found.length === of.Limit && { LastEvaluatedKey: { pk: values?.[pk], sk } }),
    };
  };

  const isMet = (item: Item | undefined, { ConditionExpression, ...conditional }: Conditional): boolean => {
    if (ConditionExpression === undefined) return true;
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = conditional;
    return condition(ConditionExpression)(item ?? {}, { names, values });
  };

  const put = ({ Item = {} }: Pick<PutCommandInput, 'Item'>): Change => {
    const key = { pk: Item.pk, sk: Item.sk };
    return { key, before: get(key), after: asStored(Item) };
  };

  const updated = (input: Pick<UpdateCommandInput, 'Key' | 'UpdateExpression'> & Conditional): Change => {
    const key = input.Key as Key;
    const before = get(key);
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    return { key, before, after: update(input.UpdateExpression ?? '')(before ?? key, { names, values }) };
  };

  const refusedItem = (item: Item | undefined, { ReturnValuesOnConditionCheckFailure }: Conditional) =>
    item && ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? { Item: marshall(item) } : {};

  const write = (key: Key, conditional: Conditional, make: () => Change): readonly Change[] => {
    const item = get(key);
    if (!isMet(item, conditional)) {
      throw new ConditionalCheckFailedException({ message: FAILED, $metadata, ...refusedItem(item, conditional) });
    }
    const change = made(make);
    if (!change) throw invalid('The update speaks of an attribute that is not there');
    apply(change);
    return [change];
  };

  const changeOf = ({ Put, Update, Delete }: Write, key: Key): Change => {
    if (Put) return put(Put);
    return Update ? updated(Update) : { key, before: get(key), after: Delete ? undefined : get(key) };
  };

  const transact = (writes: readonly Write[]): readonly Change[] => {
    const keys = writes.map(keyOf);
    if (new Set(keys.map(({ pk, sk }) => `${pk} ${sk}`)).size < keys.length) {
      throw invalid('Transaction request cannot include multiple operations on one item');
    }
    const changes: Change[] = [];
    const reasons = writes.map((each, index): CancellationReason => {
      const [key, conditional] = [keys[index] as Key, conditionalOf(each)];
      const item = get(key);
      if (!isMet(item, conditional)) {
        return { Code: 'ConditionalCheckFailed', Message: FAILED, ...refusedItem(item, conditional) };
      }
      const change = made(() => changeOf(each, key));
      if (!change) return { Code: 'ValidationError' };
      changes.push(change);
      return { Code: 'None' };
    });
    if (changes.length < writes.length) throw cancelled(reasons);
    changes.forEach(apply);
    return changes.filter(({ before, after }) => before !== after);
  };

  return {
    partitions,
    get,
    apply,
    /** Carries a command out; returns its output, and what it changed. Throws the errors of the SDK. */
    run(command: Command): { readonly output: object; readonly changes: readonly Change[] } {
      if (command instanceof QueryCommand) return { output: query(command.input), changes: [] };
      if (command instanceof GetCommand) {
        const Item = get(command.input.Key as Key);
        return { output: Item ? { Item } : {}, changes: [] };
      }
      if (command instanceof BatchGetCommand) {
        const found = Object.entries(command.input.RequestItems ?? {}).map(([table, { Keys = [] }]) => [
          table,
          Keys.flatMap((key) => get(key as Key) ?? []),
        ]);
        return { output: { Responses: Object.fromEntries(found), UnprocessedKeys: {} }, changes: [] };
      }
      const { input } = command;
      if ('TransactItems' in input) return { output: {}, changes: transact(input.TransactItems ?? []) };
      if ('UpdateExpression' in input) {
        return { output: {}, changes: write(input.Key as Key, input, () => updated(input)) };
      }
      if (command instanceof DeleteCommand) {
        const key = command.input.Key as Key;
        return { output: {}, changes: write(key, command.input, () => ({ key, before: get(key), after: undefined })) };
      }
      const whole = input as PutCommandInput;
      return { output: {}, changes: write(whole.Item as unknown as Key, whole, () => put(whole)) };
    },
  };
};

export type TableModel = ReturnType<typeof createTableModel>;

const projected = (item: Item, names: string): Item =>
  Object.fromEntries(names.split(', ').flatMap((name) => (name in item ? [[name, item[name]]] : [])));

/** The change, unless its update speaks of an attribute that the item has not. */
const made = (make: () => Change): Change | undefined => {
  try {
    return make();
  } catch (error) {
    if (error instanceof MissingAttribute) return undefined;
    throw error;
  }
};

/** The error of a transaction that was cancelled for these reasons. */
export const cancelled = (CancellationReasons: CancellationReason[]): TransactionCanceledException => {
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new TransactionCanceledException({ message, $metadata, CancellationReasons });
};

const conditionalOf = ({ Put, Update, Delete, ConditionCheck }: Write): Conditional =>
  (Put ?? Update ?? Delete ?? ConditionCheck) as Conditional;

const keyOf = ({ Put, Update, Delete, ConditionCheck }: Write): Key =>
  (Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key) as Key;
