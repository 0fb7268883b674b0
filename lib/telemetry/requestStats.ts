import { AsyncLocalStorage } from 'node:async_hooks';
import type { Outcome } from '../domain/decision.ts';

/** What is seen of one request while it is carried out. */
export type RequestStats = {
  /** When it began, on the clock of `performance`. */
  readonly startedAt: number;
  /** Whom it is about, once the caller is let in. */
  userId?: string;
  /** Who asks, where it is a service. */
  service?: string;
  /** Milliseconds of each call of DynamoDB, with its retries. */
  readonly latencies: number[];
  /** Requests that those calls took. */
  requests: number;
  /** Capacity units that were told: cancelled transactions and refused conditions tell none. */
  readonly units: { read: number; write: number };
  /** How often it began again because another request of the user came first. */
  conflicts: number;
  /** What it came to, when it came to an end, and the moment that was decided on. */
  decided?: { readonly outcome: Outcome; readonly now: Date };
};

/** One call of DynamoDB. */
type StorageCall = {
  readonly milliseconds: number;
  readonly requests: number;
  readonly kind: 'read' | 'write';
  readonly units: number;
};

/** Many requests may run at once, in tests and on a developer's machine. */
const current = new AsyncLocalStorage<RequestStats>();

/** The statistics of a request that begins now. */
export const createRequestStats = (): RequestStats => ({
  startedAt: performance.now(),
  latencies: [],
  requests: 0,
  units: { read: 0, write: 0 },
  conflicts: 0,
});

/** Does some work whose calls are counted. */
export const withRequestStats = <Result>(stats: RequestStats, work: () => Result): Result => current.run(stats, work);

/** Notes a call of DynamoDB. */
export const noteCall = ({ milliseconds, requests, kind, units }: StorageCall): void => {
  const stats = current.getStore();
  if (!stats) return;
  stats.latencies.push(milliseconds);
  stats.requests += requests;
  stats.units[kind] += units;
};

/** Notes that a decision is taken again, since another request came first. */
export const noteConflict = (): void => {
  const stats = current.getStore();
  if (stats) stats.conflicts++;
};

/** Notes what the request came to, with all that had to follow it done. */
export const noteDecision = (outcome: Outcome, now: Date): void => {
  const stats = current.getStore();
  if (stats) stats.decided = { outcome, now };
};
