import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { sendOptions } from '../aws/clientOptions.ts';
import type { Outcome } from '../domain/decision.ts';
import type { User } from '../domain/user.ts';
import { isLostRace, storageFailure } from './failures.ts';
import { PART_KEYS, PROOF_PREFIX, STATE_RANGE, userPartition } from './keys.ts';
import { toWrites, type Write } from './transaction.ts';

/** How a commit ended: recorded, or lost to another write; then the user as found, where it was not as decided. */
type Commit =
  | { readonly committed: true }
  | {
      readonly committed: false;
      readonly found: User;
      /** A proof was used before. */
      readonly proofIsUsed: boolean;
      /** The writes whose conditions did not hold, with what stands there. */
      readonly refused: ReadonlyMap<Write, Readonly<Record<string, unknown>> | undefined>;
    };

/** Loads users and records what was decided about them. */
export type UserStore = {
  /** The user's state by one strongly consistent query; `{}` for an unknown user. Throws STORAGE_UNAVAILABLE. */
  load(userId: string, signal?: AbortSignal): Promise<User>;
  /** Records an outcome and what goes with it, all or nothing. Throws STORAGE_UNAVAILABLE. */
  commit(userId: string, outcome: Outcome, alongside: readonly Write[], signal?: AbortSignal): Promise<Commit>;
};

/** The user store on one DynamoDB table. */
export const createUserStore = (client: DynamoDBDocumentClient, table: string): UserStore => ({
  async load(userId, signal) {
    const [first, last] = STATE_RANGE;
    const query = new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': userPartition(userId), ':first': first, ':last': last },
    });
    const { Items } = await client.send(query, sendOptions(signal)).catch((error: unknown) => {
      throw storageFailure(error);
    });
    // An answer without items is no answer of DynamoDB's: believed, it would make a known user unknown.
    if (!Items) throw storageFailure(new Error('The query was answered without items'));
    return toUser(Items);
  },

  async commit(userId, outcome, alongside, signal) {
    const writes = [...toWrites(table, userId, outcome), ...alongside];
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writes }), sendOptions(signal));
      return { committed: true };
    } catch (error) {
      const reasons = (error instanceof TransactionCanceledException && error.CancellationReasons) || [];
      if (!isLostRace(reasons)) throw storageFailure(error, reasons);
      const refused = new Map(
        writes.flatMap((write, index) => {
          const item = reasons[index]?.Item;
          return reasons[index]?.Code === 'ConditionalCheckFailed' ? [[write, item && unmarshall(item)] as const] : [];
        }),
      );
      const failed = [...refused.keys()].map(sortKeyOf);
      const proofIsUsed = failed.some((sk) => sk.startsWith(PROOF_PREFIX));
      return { committed: false, found: asFound(outcome.before, failed, reasons), proofIsUsed, refused };
    }
  },
});

/** Reason i belongs to write i; one without an item says that there is none any more. */
const asFound = (before: User, failed: readonly string[], reasons: readonly CancellationReason[]): User => {
  const asDecided = Object.entries(before).filter(([part]) => !failed.includes(PART_KEYS[part as keyof User]));
  const items = reasons.flatMap(({ Item }) => (Item ? [unmarshall(Item)] : []));
  return { ...Object.fromEntries(asDecided), ...toUser(items) };
};

const sortKeyOf = ({ Put, Update, Delete, ConditionCheck }: Write): string =>
  Put?.Item?.sk ?? (Update ?? Delete ?? ConditionCheck)?.Key?.sk;

const PARTS = Object.fromEntries(Object.entries(PART_KEYS).map(([part, sk]) => [sk, part]));

const toUser = (items: readonly Record<string, unknown>[]): User =>
  Object.fromEntries(
    items.flatMap(({ pk: _, ttl: __, sk, ...part }) => {
      const name = PARTS[sk as string];
      return name ? [[name, part]] : [];
    }),
  );
