import type { Reason } from '../../lib/errors/errors.ts';
import type { Message } from '../../lib/sms/sender.ts';

/** A message as the inbox shows it. */
export type Received = { readonly to: string; readonly body: string; readonly sentAt: string };

/** Numbers whose delivery fails on purpose, each in its own way. */
const FAILING_NUMBERS: Readonly<Record<string, Reason>> = {
  '+41790000001': 'SMS_COUNTRY_BLOCKED',
  '+41790000002': 'SMS_OPTED_OUT',
  '+41790000003': 'SMS_SPEND_LIMIT_REACHED',
  '+41790000004': 'SMS_PRICE_TOO_HIGH',
  '+41790000005': 'SMS_NOT_DELIVERABLE',
  '+41790000006': 'SMS_UNAVAILABLE',
};

/** Messages that are kept; the oldest make room. */
const CAPACITY = 10_000;

/** The phones of the development side. */
export const createInbox = () => {
  const received: Received[] = [];
  const listeners = new Set<(message: Received) => void>();
  return {
    /** Takes a message; returns why it cannot be delivered, if its number is one that fails. */
    receive({ to, body }: Message): Reason | undefined {
      const failure = FAILING_NUMBERS[to];
      if (failure) return failure;
      const message = { to, body, sentAt: new Date().toISOString() };
      received.push(message);
      if (received.length > CAPACITY) received.shift();
      for (const listener of listeners) listener(message);
      return undefined;
    },

    /** The messages to a number, or to all, in the order they came. */
    messages: (to: string | null): readonly Received[] =>
      to === null ? received : received.filter((message) => message.to === to),

    /** Tells of each message from now on; returns what ends that. */
    subscribe(listener: (message: Received) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

export type Inbox = ReturnType<typeof createInbox>;
