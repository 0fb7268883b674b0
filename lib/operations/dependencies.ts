import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { KeyedHash } from '../codes/keyedHash.ts';
import { createKmsKey } from '../codes/kmsKey.ts';
import { createLocalKey } from '../codes/localKey.ts';
import type { Sending } from '../commands/sendCode.ts';
import { readKeySettings } from '../config/codes.ts';
import type { Config } from '../config/config.ts';
import { readSendingSettings } from '../config/sms.ts';
import { createAwsSender } from '../sms/aws.ts';
import { createInboxSender } from '../sms/inbox.ts';
import { createSendLimits } from '../storage/sendLimits.ts';

/** What every operation is built from. */
export type Resources = {
  readonly client: DynamoDBDocumentClient;
  readonly config: Config;
  readonly clock: () => Date;
  /** What else is to be done beforehand while a function loads; each may fail. */
  readonly rehearsals: (() => Promise<unknown>)[];
};

/** Nothing that a code is hashed with looks like it. */
const REHEARSED = '[]';

/** One for all operations of a function: each has a client, and so a connection, of its own. */
const shared = <Part>(make: (resources: Resources) => Part) => {
  const made = new WeakMap<Resources, Part>();
  return (resources: Resources): Part => {
    const part = made.get(resources) ?? make(resources);
    made.set(resources, part);
    return part;
  };
};

/** The key for the hashes of codes; only functions that make or judge codes call this, and so bundle it. */
export const connectKey = /* @__PURE__ */ shared(({ config, rehearsals }: Resources): KeyedHash => {
  const settings = readKeySettings(config.env);
  const key = 'keyId' in settings ? createKmsKey(settings.keyId) : createLocalKey(settings.secret);
  rehearsals.push(() => key.mac(REHEARSED));
  return key;
});

/** What sending codes takes; only functions that send call this, and so bundle it. */
export const connectSending = /* @__PURE__ */ shared((resources: Resources): Sending => {
  const { client, config, clock } = resources;
  const { host, budgets, via } = readSendingSettings(config.env);
  return {
    host,
    key: connectKey(resources),
    limits: createSendLimits(client, config.table, budgets, clock),
    sender: 'inbox' in via ? createInboxSender(via.inbox) : createAwsSender(via.aws),
  };
});
