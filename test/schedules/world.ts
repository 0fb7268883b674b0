import type { Call } from './calls.ts';
import { createRandom } from './random.ts';

/** What may befall a step. */
export const FATES = [
  'goes well',
  /** It is carried out, and its answer comes later. */
  'is answered late',
  /** It is carried out, and its answer never comes. */
  'loses its answer',
  /** It is never carried out. */
  'is lost',
  /** It is given up, and carried out later all the same. */
  'comes late',
  'is throttled',
  /** Another transaction is at the same items. */
  'meets a conflict',
  'is refused',
] as const;

export type Fate = (typeof FATES)[number];

/** Something that waits for its turn. */
export type Step = {
  /** The call that waits for it; none where nobody does. */
  readonly call: Call | undefined;
  readonly what: string;
  /** Milliseconds since 1970; its turn comes no earlier. */
  readonly readyAt?: number;
  readonly fates?: readonly Fate[];
  take(fate: Fate): void;
  /** The time of its call is over. */
  abort?(): void;
  /** What is carried out all the same, though nobody waits any more. */
  readonly isUnderWay?: () => void;
};

/** What a schedule comes to where the service does not keep what it promises. */
export class Violation extends Error {}

/** Hears each line of the story of a schedule. */
export type Tell = (line: string) => void;

const START_MS = Date.parse('2026-01-01T12:00:00.000Z');

/** Milliseconds after which what is still under way does not arrive any more. */
const LOST_AFTER_MS = 10_000;

/** The time, the draws and the pending steps of one schedule, and its story. */
export const createWorld = (seed: number, tell?: Tell) => {
  const random = createRandom(seed);
  const steps: Step[] = [];
  let now = START_MS;
  let hash = 2_166_136_261;
  let violation: Violation | undefined;

  const world = {
    random,
    steps: steps as readonly Step[],
    now: () => now,

    /** Lets milliseconds go by. */
    pass(milliseconds: number): void {
      now += milliseconds;
    },

    /** Takes a line into the story; whoever tells a line tells it the same way each time the seed is run. */
    note(line: string): void {
      for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 16_777_619);
      hash = Math.imul(hash ^ now, 16_777_619);
      tell?.(`${new Date(now).toISOString().slice(8, -1).replace('T', ' ')}  ${line}`);
    },

    /** A digest of the story so far (FNV-1a). */
    hash: (): string => (hash >>> 0).toString(16),

    add(step: Step): void {
      steps.push(step);
    },

    /** Gives a step its turn. */
    take(step: Step, fate: Fate): void {
      steps.splice(steps.indexOf(step), 1);
      world.note(`${step.call?.name ?? '·'}  ${step.what} ${fate}`);
      step.take(fate);
    },

    /** Takes steps away for which nobody waits any more; what was under way may arrive. */
    drop(isDropped: (step: Step) => boolean): readonly Step[] {
      const dropped = steps.filter(isDropped);
      for (const step of dropped) {
        steps.splice(steps.indexOf(step), 1);
        if (step.isUnderWay && random.chance(0.5)) world.arriveLate(step.what, step.isUnderWay);
      }
      return dropped;
    },

    /** Has something arrive some time later, unless that is too late. */
    arriveLate(what: string, arrive: () => void): void {
      const sentAt = now;
      const take = () => now - sentAt < LOST_AFTER_MS && arrive();
      steps.push({ call: undefined, what: `a late ${what}`, readyAt: now + random.below(5_000), take });
    },

    /** Says what is wrong, unless it follows from what was wrong before. */
    blame(what: string): void {
      violation ??= new Violation(what);
    },

    violation: () => violation,
  };
  return world;
};

export type World = ReturnType<typeof createWorld>;
