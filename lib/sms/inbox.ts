import { DomainError, REFUSALS, type Reason } from '../domain/errors.ts';
import type { SmsSender } from './sender.ts';

/** Sends to the phone inbox of the development side, which keeps messages for a developer to read. */
export const createInboxSender = (url: string): SmsSender => ({
  async send(message, signal) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.any([AbortSignal.timeout(3_000), ...(signal ? [signal] : [])]),
    }).catch((cause: unknown) => {
      throw new DomainError('SMS_UNAVAILABLE', { retryAfter: 30, cause });
    });
    if (answer.ok) return;
    const { reason } = (await answer.json()) as { reason?: string };
    throw new DomainError(reason && reason in REFUSALS ? (reason as Reason) : 'SMS_UNAVAILABLE', { retryAfter: 30 });
  },
});
