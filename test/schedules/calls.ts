import { AsyncLocalStorage } from 'node:async_hooks';
import { type EVERY_OPERATION, OPERATIONS_BY_USER_ID } from '../support/operations.ts';
import type { Session } from './people.ts';
import type { Process } from './processes.ts';
import type { Fate } from './world.ts';

export type Name = keyof typeof EVERY_OPERATION;

/** Whether an operation says by an id whom it is about. */
export const isByUserId = (name: Name): boolean => name in OPERATIONS_BY_USER_ID;

/** What somebody wants, however often it is asked for: the requests under one key, or the one request without any. */
export type Intent = {
  readonly session: Session;
  readonly operation: Name;
  readonly body: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
};

/** One request, on its way through a process. */
export type Call = {
  /** As the story calls it. */
  readonly name: string;
  readonly intent: Intent;
  readonly process: Process;
  readonly startedAt: number;
  readonly abort: AbortController;
  /** How likely its steps are to come first, beside those of others. */
  readonly pace: number;
  /** What befalls most of its steps. */
  readonly bane: Fate | undefined;
};

/** How a call was answered: with a message, or with a refusal. */
export type Answer = {
  readonly reason: string;
  readonly message?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, string>>;
};

/** The call that the code at hand belongs to. */
export const currentCall = new AsyncLocalStorage<Call>();
