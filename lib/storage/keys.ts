import { hash } from 'node:crypto';
import type { CodeKind } from '../domain/code.ts';
import type { User } from '../domain/user.ts';

/** Partition of everything that belongs to one user. */
export const userPartition = (userId: string): string => `USER#${userId}`;

/** The sort keys of all state items lie between these: one query reads the state, however long the log is. */
export const STATE_RANGE = ['STATE#', 'STATE$'] as const;

/** Where each part of the aggregate is kept. */
export const PART_KEYS = {
  root: 'STATE#USER',
  otpSms: 'STATE#FACTOR#OTP_SMS',
  phoneCode: 'STATE#CODE#PHONE',
  otpSmsCode: 'STATE#CODE#OTP_SMS',
} as const satisfies Record<keyof User, `${(typeof STATE_RANGE)[0]}${string}`>;

/** What the sort keys of the log begin with. */
export const EVENT_PREFIX = 'EVENT#';

/** Sort key of an event: padded to the width of a uint64, so that the order of text is the order of the log. */
export const eventKey = (sequence: number): string => `${EVENT_PREFIX}${String(sequence).padStart(20, '0')}`;

/**
 * Key of the event that a user was erased: it tells whose it is by the SHA-256 of the id, which only those recognise who have
 * the id.
 */
export const erasureKey = (userId: string, createdAt: string) => ({
  pk: `ERASED#${hash('sha256', userId, 'hex')}`,
  sk: `${EVENT_PREFIX}${createdAt}`,
});

/** What the sort keys of used proofs begin with. */
export const PROOF_PREFIX = 'PROOF#';

/** Key of a proof that was used. */
export const proofKey = (userId: string, jti: string) => ({ pk: userPartition(userId), sk: `${PROOF_PREFIX}${jti}` });

/** Key of a counter of messages: of a kind of code, and of a number, a net, a country or the service. */
export const limitKey = (kind: CodeKind, scope: string, subject: string, windowSeconds: number) => ({
  pk: `LIMIT#${kind}#${scope}#${subject}`,
  sk: `WINDOW#${windowSeconds}`,
});

/** Key of the wrong verification codes of a number, over all users. */
export const numberAttemptsKey = (pseudonym: string) => ({ pk: `LIMIT#ATTEMPTS#${pseudonym}`, sk: 'IN_A_ROW' });

/** Key of an answer that is kept for its repetition, among what belongs to the user. */
export const answerKey = (userId: string, idempotencyKey: string) => ({
  pk: userPartition(userId),
  sk: `IDEMPOTENCY#${idempotencyKey}`,
});
