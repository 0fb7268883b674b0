import { beforeAll, describe, expect, it } from 'vitest';
import { type Copy, runInCopies, type Verdict } from '../support/mutants.ts';
import { MUTATIONS } from '../threats/mutations.ts';

/** Shows that a copy works as long as nothing is taken out. */
const CONTROL: Copy = {
  name: '0-nothing-is-taken-out',
  changes: [],
  file: 'test/threats/checkOnce.test.ts',
  title: 'logs in once among wrong guesses',
};

let verdicts: ReadonlyMap<string, Verdict>;

beforeAll(async () => {
  verdicts = await runInCopies([CONTROL, ...MUTATIONS]);
}, 240_000);

describe('the tests of threats', () => {
  it('pass in a copy of the sources', () => {
    expect(verdicts.get(CONTROL.name)).toEqual({ status: 'passed', messages: [] });
  });

  it.each(MUTATIONS)('fail where a defence is taken out: $name', ({ name }) => {
    expect(verdicts.get(name)).toEqual({ status: 'failed', messages: [expect.stringMatching(/^AssertionError/)] });
  });
});
