import { SMS_REASONS, smsRefusal } from './refusals.ts';
import type { SmsSender } from './sender.ts';

/** Milliseconds for an answer of the inbox. */
const LIMIT_MS = 3_000;

/** Sends to the phone inbox of the development side, which keeps messages for a developer to read. */
export const createInboxSender = (url: string): SmsSender => ({
  async send(message, signal) {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.any([AbortSignal.timeout(LIMIT_MS), ...(signal ? [signal] : [])]),
    };
    const told = await fetch(url, request)
      .then(async (answer) => ({ ok: answer.ok, body: await answer.text() }))
      .then(({ ok, body }) => (ok ? undefined : (JSON.parse(body) as { readonly reason?: unknown })))
      .catch((cause: unknown) => {
        throw smsRefusal('SMS_UNAVAILABLE', cause);
      });
    if (told) throw smsRefusal(SMS_REASONS.find((reason) => reason === told.reason) ?? 'SMS_UNAVAILABLE');
  },
});
