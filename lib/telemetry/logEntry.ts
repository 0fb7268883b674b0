import { hash } from 'node:crypto';
import { httpStatus } from '../errors/status.ts';
import { describeCause } from './cause.ts';
import { outcomeOf, type Report } from './report.ts';

/** Hexadecimal digits of a user's mark. */
const MARK = 16;

/**
 * What stands for a user, or a service, in the log: the beginning of the SHA-256 of their id. It is a pseudonym, not anonymous: who
 * knows the id finds the lines, and who has the log only cannot tell the id, which may be an e-mail address, without
 * guessing it.
 */
const userHash = (userId: string): string => hash('sha256', userId, 'hex').slice(0, MARK);

/** Whether somebody has to look at it; what a caller did wrong is none of that. */
export const isFailure = ({ refusal }: Report): boolean => refusal !== undefined && httpStatus(refusal) >= 500;

/** What the log tells of a request: no number, no code, no token, no body, and of a cause its kind and place only. */
export const logEntry = (report: Report) => {
  const { requestId, operation, status, refusal, durationMs, stats } = report;
  const { userId, service, requests, units, conflicts } = stats;
  const cause = describeCause(refusal?.cause);
  return {
    message: `${operation} ${refusal?.reason ?? 'OK'}`,
    requestId,
    operation,
    status,
    code: outcomeOf(report),
    ...(refusal && { reason: refusal.reason }),
    ...(refusal?.budget !== undefined && { budget: refusal.budget }),
    ...(cause && { cause }),
    ...(userId !== undefined && { user: userHash(userId) }),
    ...(service !== undefined && { caller: userHash(service) }),
    durationMs: Math.round(durationMs),
    dynamoDb: { requests, readUnits: units.read, writeUnits: units.write },
    ...(conflicts > 0 && { conflicts }),
  };
};
