import { SMS_REASONS } from '../../lib/sms/refusals.ts';
import { type Call, currentCall } from './calls.ts';
import type { Fate, World } from './world.ts';

const ON_ITS_WAY: readonly Fate[] = ['loses its answer', 'is lost', 'is throttled', 'is refused', 'is answered late'];

const ARRIVES: ReadonlySet<Fate> = new Set(['goes well', 'is answered late', 'loses its answer']);

/** A message that the network took. */
export type Message = { readonly call: Call; readonly to: string; readonly digits: string };

/**
 * The network of phones, behind the port of `fetch`: what it takes arrives.
 */
export const createPhones = (world: World, sent: (message: Message) => void) => {
  const messages: Message[] = [];
  const accept = (message: Message): void => {
    sent(message);
    messages.push(message);
  };

  return {
    /** The codes that some numbers got, the latest last. */
    codesOf: (numbers: readonly string[]): readonly string[] =>
      messages.filter(({ to }) => numbers.includes(to)).map(({ digits }) => digits),

    /** Digits that are in no message. */
    wrongDigits(): string {
      const digits = String(world.random.below(1_000_000)).padStart(6, '0');
      return messages.some((message) => message.digits === digits) ? this.wrongDigits() : digits;
    },

    fetch: (_url: string, { body }: { readonly body: string }) =>
      new Promise<Response>((resolve, reject) => {
        const call = currentCall.getStore() as Call;
        const { to, body: text } = JSON.parse(body) as { readonly to: string; readonly body: string };
        const message = { call, to, digits: /#(\d+)$/.exec(text)?.[1] ?? '' };
        const waiting = { call, abort: () => reject(new TypeError('fetch failed')) };
        const answer = (ok: boolean, told: string) => resolve({ ok, text: async () => told } as Response);
        const refuse = (reason: string) => answer(false, JSON.stringify({ reason }));
        const confirm = () => answer(true, '');
        const take = (fate: Fate): void => {
          if (ARRIVES.has(fate)) accept(message);
          if (fate === 'goes well') confirm();
          if (fate === 'is answered late') world.add({ ...waiting, what: 'the answer to the message', take: confirm });
          if (fate === 'is throttled') refuse('THROTTLED');
          if (fate === 'is refused') refuse(world.random.pick(SMS_REASONS));
          if (fate === 'is lost' || fate === 'loses its answer') waiting.abort();
        };
        const isUnderWay = () => accept(message);
        world.add({ ...waiting, what: `message to ${to}`, fates: ON_ITS_WAY, take, isUnderWay });
      }),
  };
};

export type Phones = ReturnType<typeof createPhones>;
