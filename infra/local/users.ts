import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Decide } from '../../lib/domain/decision.ts';
import type { Fact } from '../../lib/domain/events.ts';
import type { User } from '../../lib/domain/user.ts';
import { execute } from '../../lib/execute.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { EVENT_PREFIX, userPartition } from '../../lib/storage/keys.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';

/** A user as a developer wants it. */
export type Wanted = { readonly phone: string; readonly verified: boolean; readonly resourceOwner?: string };

/** Owner of the users whose tokens name none. */
export const DEFAULT_OWNER = '69629023906488334';

const bringAbout: Decide<Wanted> = (user, { phone, verified }) => {
  const facts: Fact[] = [];
  if (user.root?.phone !== phone) facts.push({ type: 'user.human.phone.changed', phone });
  if (verified && user.root?.verifiedPhone !== phone) facts.push({ type: 'user.human.phone.verified', phone });
  return { facts };
};

/** The users of a local table, written as the API writes them. */
export const createUsers = (table: string) => {
  const client = createDocumentClient();
  const store = createUserStore(client, table);
  return {
    /** Puts a user there; one that is so already stays as it is. */
    async put(userId: string, { resourceOwner, ...wanted }: Wanted): Promise<User> {
      const owner = resourceOwner === undefined ? {} : { claimedOwner: resourceOwner };
      const call = { userId, editor: userId, defaultOwner: DEFAULT_OWNER, ...owner };
      const { after } = await execute({ store, clock: () => new Date() }, bringAbout, wanted, call);
      return after;
    },

    /** The user's log, in order, without the keys of the table. */
    async events(userId: string): Promise<Record<string, unknown>[]> {
      const query = new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
        ExpressionAttributeValues: { ':pk': userPartition(userId), ':event': EVENT_PREFIX },
      });
      const { Items = [] } = await client.send(query);
      return Items.map(({ pk: _, sk: __, ...event }) => event);
    },
  };
};

export type Users = ReturnType<typeof createUsers>;
