import { describe, expect, it } from 'vitest';
import { erase } from '../../lib/domain/erase.ts';
import { setPhone } from '../../lib/domain/phone.ts';
import { unlock } from '../../lib/domain/unlock.ts';
import { A, at, code, comesTo, facts, given, NOW, when } from '../support/given.ts';

const OPERATOR = { by: 'OPERATOR', reason: 'asked for it' } as const;
const byOperator = (seconds: number, more = {}) => at(seconds, { editor: 'operator:alice', stepUp: OPERATOR, ...more });
const enrolled = given([facts.changed(A), facts.verified(A), facts.added, facts.challenged('h')]);
const erased = when(enrolled, erase, undefined, byOperator(1));

describe('erasing', () => {
  it('leaves a tombstone that counts on, and nothing else', () => {
    expect(erased.events).toMatchObject([{ type: 'user.erased', sequence: 5, editor: 'operator:alice' }]);
    expect(erased.after).toEqual({
      root: {
        sequence: 5,
        resourceOwner: 'owner',
        ownerIsDefault: true,
        creationDate: NOW.toISOString(),
        changeDate: at(1).now.toISOString(),
        erasedAt: at(1).now.toISOString(),
      },
    });
  });

  it('goes on with a user who is being erased', () => {
    const again = when(erased.after, erase, undefined, byOperator(2));
    expect(again.events).toMatchObject([{ type: 'user.erased', sequence: 6 }]);
    expect(again.after.root).toMatchObject({ creationDate: NOW.toISOString(), erasedAt: at(2).now.toISOString() });
  });

  it('is refused of somebody unknown', () => {
    expect(comesTo(when({}, erase, undefined, byOperator(1)))).toEqual({ events: [], reason: 'USER_NOT_FOUND' });
  });

  it('is no matter of the user', () => {
    expect(comesTo(when(enrolled, erase, undefined))).toEqual({ events: [], reason: 'STEP_UP_REQUIRED' });
  });

  it('is refused of another organisation, also while it is under way', () => {
    const theirs = given([facts.changed(A)], at(0, { claimedOwner: 'theirs' }));
    const ours = byOperator(1, { claimedOwner: 'ours' });
    const underWay = when(theirs, erase, undefined, byOperator(1)).after;
    for (const user of [theirs, underWay])
      expect(comesTo(when(user, erase, undefined, ours))).toEqual({ events: [], reason: 'RESOURCE_OWNER_MISMATCH' });
  });
});

describe('of a user who is being erased', () => {
  it.each([
    ['nothing is recorded', () => when(erased.after, setPhone, code(A, 'h'), at(2))],
    ['no other refusal is told', () => when(erased.after, unlock, undefined, byOperator(2))],
  ])('%s', (_, outcome) => {
    expect(comesTo(outcome())).toEqual({ events: [], reason: 'USER_BEING_ERASED' });
  });
});
