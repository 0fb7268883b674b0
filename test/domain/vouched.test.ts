import { describe, expect, it } from 'vitest';
import { accept, type Decide, refuse, renaming, run } from '../../lib/domain/decision.ts';
import { erase } from '../../lib/domain/erase.ts';
import { isLogged } from '../../lib/domain/events.ts';
import { setVerifiedPhone } from '../../lib/domain/phone.ts';
import type { User } from '../../lib/domain/user.ts';
import { A, at, B, comesTo, facts, given, POLICY, when } from '../support/given.ts';

const SERVICE = { by: 'SERVICE' } as const;
const REQUIRED = { ...POLICY, stepUp: { acrValues: [], amrValues: [] } };
const byService = at(1, { editor: 'help-desk', stepUp: SERVICE, policy: REQUIRED });
const byUser = at(1, { policy: REQUIRED });

const number = (phone: string) => ({ phone, country: 'CH', phoneHash: 'h' });
const verified = given([facts.changed(A), facts.verified(A)]);
const enrolled = given([facts.changed(A), facts.verified(A), facts.added, facts.challenged('good')]);

describe('a number that a service vouches for', () => {
  it.each<[string, User, string, readonly string[], string | undefined]>([
    ['is set and proven', {}, A, ['phone.changed', 'phone.verified'], undefined],
    ['takes the place of another', verified, B, ['phone.changed', 'phone.verified'], undefined],
    ['is proven where it waits', given([facts.changed(A), facts.sent('good')]), A, ['phone.verified'], undefined],
    ['is unchanged where it is proven', verified, A, [], 'PHONE_UNCHANGED'],
  ])('%s', (_, user, phone, events, reason) => {
    const outcome = when(user, setVerifiedPhone, number(phone), byService);
    expect(comesTo(outcome)).toEqual({ events, reason });
    if (events.length > 0) {
      expect(outcome.events[0]).toMatchObject({ allowedBy: SERVICE, maskedPhone: expect.stringContaining('*') });
      expect(outcome.events.at(-1)).toMatchObject({ vouched: true });
      expect(outcome.after.root).toMatchObject({ phone, verifiedPhone: phone });
    }
  });

  it('moves the factor and voids its code, by nobody else', () => {
    const { after } = when(enrolled, setVerifiedPhone, number(B), byService);
    expect(after.otpSms?.enrolledAt).toBe(after.root?.sequence);
    expect(after).not.toHaveProperty('otpSmsCode');
    expect(comesTo(when(enrolled, setVerifiedPhone, number(B), byUser))).toEqual({
      events: [],
      reason: 'STEP_UP_REQUIRED',
    });
  });
});

describe('a number that is proven', () => {
  it('takes the country of the one before it away, where it has none of its own', () => {
    const abroad = when(verified, () => accept(facts.changed(B)), undefined).after;
    const known = { ...abroad, root: { ...abroad.root, verifiedPhoneCountry: 'CH' } } as User;
    const { after } = when(known, () => accept(facts.verified(B)), undefined);
    expect(after.root).toMatchObject({ verifiedPhone: B });
    expect(after.root).not.toHaveProperty('verifiedPhoneCountry');
  });
});

describe('a refusal that is told under another id', () => {
  const renamed = (decide: Decide<unknown>) =>
    when({}, renaming(decide, { PHONE_NOT_SET: 'PHONE_NOT_FOUND' }), undefined);

  it('keeps what it says beside it, and any other keeps its own', () => {
    expect(renamed(() => refuse('PHONE_NOT_SET', { retryAfter: 7 })).refusal).toEqual({
      reason: 'PHONE_NOT_FOUND',
      retryAfter: 7,
    });
    expect(renamed(() => refuse('PHONE_UNCHANGED')).refusal).toEqual({ reason: 'PHONE_UNCHANGED' });
    expect(comesTo(renamed(() => accept(facts.changed(A))))).toEqual({ events: ['phone.changed'], reason: undefined });
  });
});

describe('erasing', () => {
  it('is the one event that no log keeps', () => {
    const { events } = run(erase, verified, undefined, byService);
    expect(events.map(isLogged)).toEqual([false]);
    expect(when(verified, () => accept(facts.added), undefined).events.map(isLogged)).toEqual([true]);
  });
});
