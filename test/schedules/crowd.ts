import { EVERY_OPERATION } from '../support/operations.ts';
import type { Answer, Call, Intent, Name } from './calls.ts';
import { createSessions, learn, type Session } from './people.ts';
import type { Phones } from './phones.ts';
import { nextRequest } from './requests.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** Milliseconds for which somebody still repeats a request. */
const REPEATED_WITHIN_MS = 60_000;

/** What somebody asks for. */
type Wish = readonly [session: string, operation: Name];

const alice = (...operations: readonly Name[]): readonly Wish[] =>
  operations.map((operation): Wish => ['Alice', operation]);

const ENROLLED = alice('setPhone', 'verifyPhone', 'addOtpSms');
const STEPPED_UP = [...ENROLLED, ...alice('challengeOtpSms', 'checkOtpSms')];

/** Mallory cannot read the code, so that each of these is a wrong one. */
const GUESSED = Array.from({ length: 6 }, (): Wish => ['Mallory as Alice', 'verifyPhone']);

/** How schedules begin, one thing after the other and without faults: much that can go wrong takes a while to come to. */
const BEGINNINGS: readonly (readonly Wish[])[] = [
  [],
  [...alice('setPhone', 'verifyPhone'), ['Mallory as Alice', 'setPhone'], ...alice('addOtpSms')],
  ENROLLED,
  STEPPED_UP,
  [...STEPPED_UP, ...alice('setPhone')],
  [...alice('setPhone'), ...GUESSED, ['The help desk', 'unlockUserOtpSms']],
  [...ENROLLED, ...Array.from({ length: 5 }, () => alice('removeOtpSms', 'addOtpSms')).flat()],
];

/** An intent under a key, and when it was first asked for. */
type Keyed = { readonly intent: Intent; readonly key: string; readonly askedAt: number };

/** Everybody who uses the service in a schedule: some more, some less. */
export const createCrowd = (world: World, settings: Settings) => {
  const { random } = world;
  const sessions = createSessions(random, settings, Math.floor(world.now() / 1000));
  const beginning = random.pick(BEGINNINGS).slice();
  const cast = new Set(beginning.map(([name]) => name));
  const busy = sessions.map(
    (session) => [random.pick([0.02, 0.02, 1, 3]) + (cast.has(session.name) ? 4 : 0), session] as const,
  );
  const keyed: Keyed[] = [];
  const toRepeat: Intent[] = [];
  let keys = 0;

  const recent = (): readonly Keyed[] => keyed.filter(({ askedAt }) => world.now() - askedAt < REPEATED_WITHIN_MS);

  const keyFor = ({ name }: Session): string | undefined => {
    const former = random.chance(0.04) && recent().findLast(({ intent }) => intent.session.name === name);
    if (former) return former.key;
    return random.weighted([
      [60, `key ${++keys}`],
      [40, undefined],
      [1, '\u0000'],
    ]);
  };

  const intend = (session: Session, phones: Phones, wanted?: Name): Intent => {
    const { operation, body } = nextRequest({ session, sessions, random, phones }, wanted);
    const key = EVERY_OPERATION[operation].reads ? undefined : keyFor(session);
    const { proof } = session.memory;
    const headers = {
      authorization: `Bearer ${session.name}`,
      ...(key !== undefined && { 'idempotency-key': `"${key}"` }),
      ...(proof !== undefined && random.chance(0.9) && { 'step-up-proof': proof }),
    };
    const intent = { session, operation, body, headers };
    if (key === undefined) return intent;
    const same = recent().find((former) => former.key === key && isSame(former.intent, intent));
    if (!same) keyed.push({ intent, key, askedAt: world.now() });
    return same?.intent ?? intent;
  };

  /** A request without a key is another intent each time. */
  const repeated = (intent: Intent): Intent => ('idempotency-key' in intent.headers ? intent : { ...intent });
  const isStillWanted = (intent: Intent): boolean =>
    !('idempotency-key' in intent.headers) || recent().some((former) => former.intent === intent);

  return {
    /** What is asked for before the schedule proper. */
    beginsWith: beginning.length,

    /** Whether only one thing is asked for at a time so far. */
    isBeginning: () => beginning.length > 0,

    /** What somebody asks for next: something new, once or often at once, or what was asked for before. */
    next(phones: Phones): readonly Intent[] {
      const [name, operation] = beginning.shift() ?? [];
      const beginner = sessions.find((session) => session.name === name);
      if (beginner) return [intend({ ...beginner, guesses: 0 }, phones, operation)];
      const former = random.chance(0.5) && toRepeat.shift();
      if (former && isStillWanted(former)) return [repeated(former)];
      const session = random.weighted(busy);
      const first = intend(session, phones);
      if (random.chance(0.88)) return [first];
      const areTwins = random.chance(0.5);
      const others = Array.from({ length: 1 + random.below(5) }, () =>
        areTwins ? repeated(first) : intend(session, phones),
      );
      return [first, ...others];
    },

    /** Somebody hears how a call ended. */
    hear({ intent }: Call, answer: Answer | undefined): void {
      if (answer) learn(intent, answer);
      const isUnclear = !answer || answer.reason.endsWith('UNAVAILABLE');
      if (random.chance(isUnclear ? 0.7 : 0.08)) toRepeat.push(intent);
    },
  };
};

const isSame = (one: Intent, other: Intent): boolean =>
  one.session.name === other.session.name &&
  one.operation === other.operation &&
  JSON.stringify(one.body) === JSON.stringify(other.body);
