import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Change, copySources } from '../support/mutants.ts';
import { ROOT, spawnGroup } from '../support/spawn.ts';

/** A fault that is planted, and what the schedules find of it. */
type Plant = { readonly name: string; readonly changes: readonly Change[]; readonly finds: RegExp };

const CONDITIONS = 'lib/storage/conditions.ts';
const EXECUTE = 'lib/commands/execute.ts';

/** Faults that this service had, or that others had, and what shows them. `schedules/README.md` has the seeds that it took. */
const PLANTS: readonly Plant[] = [
  {
    name: 'a number that was planted before the factor takes its place, without a proof',
    changes: [
      { file: 'lib/domain/phone.ts', from: 'isAuthorised(user, context) ? decide({})', to: 'true ? decide({})' },
      { file: CONDITIONS, from: 'const isAllowed = ', to: 'const isAllowed = true || ' },
    ],
    finds: /weakens a factor of others/,
  },
  {
    name: 'a guess that is not counted',
    changes: [
      {
        file: 'lib/domain/challenge.ts',
        from: "facts: [{ type: 'user.human.mfa.otp.sms.check.failed', ...guesses, unlogged }]",
        to: 'facts: []',
      },
    ],
    finds: /is told that the guess is wrong, which is not counted/,
  },
  {
    name: 'a message that is given back twice',
    changes: [
      {
        file: 'lib/storage/counter.ts',
        from: 'client.send(attemptedOnce(command))',
        to: 'client.send(command)',
      },
    ],
    finds: /gives back what it has not taken/,
  },
  {
    name: 'an answer that is not kept',
    changes: [{ file: EXECUTE, from: '[records.keeping(idempotent, answer, context.now)]', to: '[]' }],
    finds: /is recorded twice/,
  },
  {
    name: 'an event without a condition',
    changes: [
      { file: CONDITIONS, from: "'#sequence = :decidedOn'", to: "'(#sequence = :decidedOn OR attribute_exists(pk))'" },
      { file: CONDITIONS, from: "{ text: 'attribute_not_exists(pk)' }", to: "{ text: 'attribute_not_exists(none)' }" },
    ],
    finds: /an event is written over|the state is not what the log comes to/,
  },
  {
    name: 'a message before its record',
    changes: [
      { file: EXECUTE, from: 'await hold.reserve(effect);', to: 'await hold.reserve(effect); await effect?.run();' },
    ],
    finds: /sends a message to \S+ that it has no leave for/,
  },
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planted-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

it.each(PLANTS)(
  'schedules find $name',
  async ({ name, changes, finds }) => {
    const copy = join(folder, name.replaceAll(' ', '-'));
    await copySources(copy, ['lib', 'test/schedules', 'test/support', 'package.json'], changes);
    const script = join(copy, 'test/schedules/start.ts');
    const { exit, stdout } = spawnGroup(process.execPath, [script, '--seeds', '2000'], {});
    expect(await exit).toEqual({ code: 1, signal: null });
    expect(stdout()).toMatch(/^Seed \d+, /);
    expect(stdout().split('\n').at(-2)).toMatch(finds);
  },
  120_000,
);
