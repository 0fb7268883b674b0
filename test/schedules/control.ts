import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Random } from './random.ts';

/** What a schedule decides instead of the machine. */
export type Control = {
  readonly random: Random;
  /** Milliseconds since 1970, for whoever asks no clock that was handed in. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  fetch(url: string, request: { readonly body: string; readonly signal: AbortSignal }): Promise<Response>;
};

/**
 * Puts a schedule in the place of chance and time in this process until it is released: Node's own random numbers, its
 * timers as promises, `fetch` and the time of day. Signatures keep their randomness, and nothing depends on them.
 */
export const takeControl = (control: Control): { release(): void } => {
  const { randomInt, randomBytes, randomUUID } = crypto;
  const { setTimeout } = timers;
  const { fetch } = globalThis;
  const { now } = Date;
  const { stackTraceLimit } = Error;
  const { random } = control;
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => random.below(256)));
  const install = (builtins: object, promises: object, global: object, date: object, error: object) => {
    Object.assign(crypto, builtins);
    Object.assign(timers, promises);
    Object.assign(globalThis, global);
    Object.assign(Date, date);
    Object.assign(Error, error);
    syncBuiltinESMExports();
  };
  install(
    {
      randomInt: (one: number, other?: number) =>
        other === undefined ? random.below(one) : one + random.below(other - one),
      randomBytes: bytes,
      randomUUID: () => bytes(16).toString('hex'),
    },
    { setTimeout: control.sleep },
    { fetch: control.fetch },
    { now: control.now },
    // Nobody reads where an error was made, and telling it takes longer than a step.
    { stackTraceLimit: 0 },
  );
  return {
    release: () =>
      install({ randomInt, randomBytes, randomUUID }, { setTimeout }, { fetch }, { now }, { stackTraceLimit }),
  };
};
