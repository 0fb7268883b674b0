import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { BoundCommand, CommandHandler } from '../../lib/commands/command.ts';
import { execute } from '../../lib/commands/execute.ts';
import { accept, type Outcome, run } from '../../lib/domain/decision.ts';
import { removePhone, setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import type { PhoneNumber } from '../../lib/domain/phoneNumber.ts';
import type { Policy } from '../../lib/domain/policy.ts';
import { readPhoneNumber } from '../../lib/domain/readPhoneNumber.ts';
import { isPhoneVerified, type User } from '../../lib/domain/user.ts';
import { ApiError } from '../../lib/errors/errors.ts';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { createIdempotencyRecords } from '../../lib/storage/idempotencyRecords.ts';
import { EVENT_PREFIX, userPartition } from '../../lib/storage/keys.ts';
import { createUserStore } from '../../lib/storage/userStore.ts';

/** A user as a developer wants it. */
export type Wanted = { readonly phone: string; readonly verified: boolean; readonly resourceOwner?: string };

/** Owner of the users whose tokens name none. */
export const DEFAULT_OWNER = '69629023906488334';

/** No rule but those of the API's own decisions stands in a developer's way. */
const POLICY: Policy = {
  defaultOwner: DEFAULT_OWNER,
  codeLife: 300,
  codeDigits: 6,
  firstWait: 0,
  messagesPerDay: Infinity,
  lockAfter: 10,
  stepUp: 'off',
  countries: 'all',
};

type Target = { readonly number: PhoneNumber; readonly verified: boolean };

/** The decisions that lead from a user to the wanted one, as if the user had made them one after the other. */
const bringAbout: CommandHandler<Target> =
  ({ number, verified }) =>
  async (user, context) => {
    const { phone } = number;
    const code = { ...number, hash: 'known', phoneHash: 'known', salt: '' };
    const steps: Outcome[] = [];
    const latest = (): User => steps.at(-1)?.after ?? user;
    if (user.root?.phone !== phone || isPhoneVerified(user.root) !== verified) {
      const isInTheWay = user.root?.phone === phone || (user.root?.verifiedPhone === phone && !verified);
      if (isInTheWay) steps.push(run(removePhone, latest(), undefined, context));
      steps.push(run(setPhone, latest(), code, context));
    }
    if (verified && !isPhoneVerified(latest().root)) steps.push(run(verifyPhone, latest(), code, context));
    const refusal = steps.find((step) => step.refusal)?.refusal;
    const events = steps.flatMap((step) => step.events);
    return { outcome: { before: user, events, after: latest(), ...(refusal && { refusal }) } };
  };

/** The users of a local table, written as the API writes them. */
export const createUsers = (table: string) => {
  const client = createDocumentClient();
  const execution = {
    store: createUserStore(client, table),
    records: createIdempotencyRecords(client, table),
    clock: () => new Date(),
    view: ({ after }: Outcome) => after.root ?? {},
    beforeRepeat: () => accept(),
    sign: null,
  };
  return {
    /** Puts a user there; one that is so already stays as it is. Throws PHONE_INVALID. */
    async put(userId: string, { phone, verified, resourceOwner }: Wanted): Promise<object> {
      const number = readPhoneNumber(phone);
      if (!number) throw new ApiError('PHONE_INVALID');
      const handle: BoundCommand = (request) => bringAbout({ number, verified }, request);
      return execute(
        { ...execution, handle },
        {
          userId,
          context: {
            editor: userId,
            policy: POLICY,
            ...(resourceOwner !== undefined && { claimedOwner: resourceOwner }),
          },
          sourceNets: [],
          languages: undefined,
          stepUpProof: undefined,
          idempotent: undefined,
          signal: new AbortController().signal,
        },
      );
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
