import { beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../lib/errors/errors.ts';
import { EVERY_OPERATION } from '../support/operations.ts';
import { type Result, runSchedule } from './schedule.ts';
import { storyOf } from './story.ts';
import { FATES } from './world.ts';

/** Schedules of a run of the tests. */
const SEEDS = 2_000;

/** Refusals that no schedule comes to: of what stands before and around an operation, and of keys, which never fail here. */
const OUT_OF_REACH = [
  'ACCESS_TOKEN_INVALID',
  'AUTHORIZATION_MISSING',
  'BODY_INVALID',
  'BODY_TOO_LARGE',
  'CODE_KEY_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'GRPC_UNSUPPORTED',
  'INTERNAL',
  'METHOD_UNKNOWN',
  'PROOF_KEY_UNAVAILABLE',
  'SCOPE_MISSING',
  'SIGNING_KEYS_UNAVAILABLE',
];

const results: Result[] = [];

beforeAll(async () => {
  for (let seed = 1; seed <= SEEDS && !results.at(-1)?.violation; seed++) results.push(await runSchedule(seed));
}, 240_000);

describe('schedules', () => {
  it('break no rule', async () => {
    const broken = results.find(({ violation }) => violation);
    if (broken) expect.fail(await storyOf(broken.seed));
  });

  it('give every kind of answer', () => {
    const reasons = results.flatMap(({ answers }) => [...answers].map((answer) => answer.split(' ')[1]));
    const wanted = Object.keys(ERRORS).filter((reason) => !OUT_OF_REACH.includes(reason));
    expect([...new Set(reasons)].sort()).toEqual(['NOTHING', 'OK', ...wanted].sort());
  });

  it('succeed with every operation', () => {
    const succeeded = new Set(results.flatMap(({ answers }) => [...answers]));
    expect(Object.keys(EVERY_OPERATION).filter((name) => !succeeded.has(`${name} OK`))).toEqual([]);
  });

  it('have every fate befall a step', () => {
    expect([...new Set(results.flatMap(({ fates }) => [...fates]))].sort()).toEqual([...FATES].sort());
  });

  it('are the same run for the same seed, and another one for another', async () => {
    const some = results.slice(0, 50);
    for (const { seed, hash } of some) expect((await runSchedule(seed)).hash).toBe(hash);
    expect(new Set(some.map(({ hash }) => hash)).size).toBe(some.length);
  });
});
