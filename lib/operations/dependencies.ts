import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createKmsSigner } from '../auth/kmsSigner.ts';
import { createLocalSigner } from '../auth/localSigner.ts';
import { createProofs, type Proofs } from '../auth/proofs.ts';
import { createProofVerifier, type VerifyProof } from '../auth/stepUp.ts';
import { createPseudonyms, type Pseudonyms } from '../codes/derivedKey.ts';
import type { KeyedHash } from '../codes/keyedHash.ts';
import { createKmsKey } from '../codes/kmsKey.ts';
import { createLocalKey } from '../codes/localKey.ts';
import type { Sending } from '../commands/sendCode.ts';
import { readKeySettings } from '../config/codes.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { readFormerProofKey, readProofKeySettings, readProofSettings } from '../config/proofs.ts';
import { readSendingSettings } from '../config/sms.ts';
import { createAwsSender } from '../sms/aws.ts';
import { createInboxSender } from '../sms/inbox.ts';
import { createDocumentClient } from '../storage/client.ts';
import { createNumberAttempts, type NumberAttempts } from '../storage/numberAttempts.ts';
import { createSendLimits } from '../storage/sendLimits.ts';

/** What every operation is built from. */
export type Dependencies = {
  readonly client: DynamoDBDocumentClient;
  readonly config: Config;
  readonly clock: () => Date;
  /** What else is worth doing while a function loads; each may fail. */
  readonly warmUps: (() => Promise<unknown>)[];
};

/** What the operations of a function are built from. */
export const createDependencies = (config: Config): Dependencies => ({
  client: createDocumentClient(),
  config,
  clock: () => new Date(),
  warmUps: [],
});

/** One for all operations of a function: each has a client, and so a connection, of its own. */
const shared = <Part>(make: (dependencies: Dependencies) => Part) => {
  const made = new WeakMap<Dependencies, Part>();
  return (dependencies: Dependencies): Part => {
    const part = made.get(dependencies) ?? make(dependencies);
    made.set(dependencies, part);
    return part;
  };
};

/** The key for the hashes of codes; only functions that make or judge codes call this, and so bundle it. */
export const codeKey = /* @__PURE__ */ shared((dependencies: Dependencies): KeyedHash => {
  const settings = readKeySettings(dependencies.config.env);
  dependencies.warmUps.push(() => pseudonyms(dependencies).warmUp());
  return 'keyId' in settings ? createKmsKey(settings.keyId) : createLocalKey(settings.secret);
});

/** What stands for a number or an address where it must not be read. */
const pseudonyms = /* @__PURE__ */ shared(
  (dependencies: Dependencies): Pseudonyms => createPseudonyms(codeKey(dependencies), 'pseudonym-key/1'),
);

/** What counts wrong verification codes of numbers; only functions that judge them call this. */
export const numberAttempts = /* @__PURE__ */ shared(
  (dependencies: Dependencies): NumberAttempts =>
    createNumberAttempts(dependencies.client, dependencies.config.table, pseudonyms(dependencies).of),
);

/** What sending codes takes; only functions that send call this, and so bundle it. */
export const codeSending = /* @__PURE__ */ shared((dependencies: Dependencies): Sending => {
  const { client, config, clock } = dependencies;
  const { host, budgets, via } = readSendingSettings(config.env);
  return {
    host,
    key: codeKey(dependencies),
    hashPhone: (phone) => pseudonyms(dependencies).of('log', phone),
    limits: createSendLimits(client, config.table, budgets, pseudonyms(dependencies).of, clock),
    sender: 'inbox' in via ? createInboxSender(via.inbox) : createAwsSender(via.aws),
  };
});

/** What signs proofs, or `null` where none are given; only functions that sign call this. */
export const proofs = /* @__PURE__ */ shared(({ config }: Dependencies): Proofs | null => proofIssuer(config.env));

/** What signs proofs, or `null` where none are given; only functions that sign or publish call this. */
export const proofIssuer = (env: Environment): Proofs | null => {
  const settings = readProofSettings(env);
  if (!settings) return null;
  const key = readProofKeySettings(env);
  const former = readFormerProofKey(env);
  const signer = 'keyId' in key ? createKmsSigner(key.keyId) : createLocalSigner(key.secret);
  return createProofs(signer, settings, former === null ? [] : [createKmsSigner(former)]);
};

/** What verifies proofs, or `null` where none are given; only functions of writes that may want one call this. */
export const proofVerifier = /* @__PURE__ */ shared((dependencies: Dependencies): VerifyProof | null => {
  const [settings, issuer] = [readProofSettings(dependencies.config.env), proofs(dependencies)];
  return settings && issuer && createProofVerifier(settings, issuer);
});
