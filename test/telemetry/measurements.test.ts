import { describe, expect, it } from 'vitest';
import { challengeOtpSms, checkOtpSms } from '../../lib/domain/challenge.ts';
import type { Outcome } from '../../lib/domain/decision.ts';
import { adoptPhone, resendPhoneVerification, setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import { ApiError } from '../../lib/errors/errors.ts';
import { measurementsOf } from '../../lib/telemetry/measurements.ts';
import type { Report } from '../../lib/telemetry/report.ts';
import { createRequestStats, type RequestStats } from '../../lib/telemetry/requestStats.ts';
import { A, at, code, facts, guess, POLICY, when } from '../support/given.ts';

const sent = when({}, setPhone, code(A, 'good', 'CH')).after;
const proven = when(sent, verifyPhone, { hash: 'good' }).after;
const enrolled = when(proven, () => ({ facts: [facts.added] }), undefined).after;
const challenged = when(enrolled, challengeOtpSms, code(A, 'good', 'CH')).after;
const everywhere = { policy: { ...POLICY, countries: 'all' as const } };

const report = (refusal?: ApiError, seen: Partial<RequestStats> = {}): Report => ({
  requestId: 'r',
  operation: 'AnRpc',
  status: 200,
  refusal,
  durationMs: 1,
  stats: { ...createRequestStats(), ...seen },
});

/** `CodesSent CH 1`, for each of the measurements. */
const codesOf = (outcome: Outcome, seconds = 0) =>
  measurementsOf(report(undefined, { decided: { outcome, now: at(seconds).now } }))
    .slice(1)
    .map(({ name, dimensions = {}, values }) => [name, ...Object.values(dimensions), ...values].join(' '));

describe('of codes', () => {
  it.each<[string, Outcome, string[]]>([
    ['one sent to a new phone', when({}, setPhone, code(A, 'h', 'CH')), ['CodesSent CH 1', 'CodesChecked CH 0']],
    [
      'another one',
      when(sent, resendPhoneVerification, code(A, 'h', 'CH'), at(31)),
      ['CodesSent CH 1', 'CodesChecked CH 0'],
    ],
    [
      'one to no country',
      when({}, setPhone, code(A, 'h', null), at(0, everywhere)),
      ['CodesSent none 1', 'CodesChecked none 0'],
    ],
    ['a proven phone', when(sent, verifyPhone, { hash: 'good' }), ['CodesChecked CH 1']],
    ['a wrong code for a phone', when(sent, verifyPhone, { hash: 'bad' }), ['CodesFailed CH 1']],
    ['no code at all', when(proven, verifyPhone, { hash: 'bad' }), []],
    ['a login code', when(enrolled, challengeOtpSms, code(A, 'h', 'CH')), ['CodesSent CH 1', 'CodesChecked CH 0']],
    ['the right login code', when(challenged, checkOtpSms, guess('good')), ['CodesChecked CH 1']],
    ['a wrong login code', when(challenged, checkOtpSms, guess('bad')), ['CodesFailed CH 1']],
    [
      'the wrong login code that locks',
      when(challenged, checkOtpSms, guess('bad'), at(0, { policy: { ...POLICY, lockAfter: 1 } })),
      ['CodesFailed CH 1', 'FactorsLocked 1'],
    ],
    [
      'a phone that is taken over',
      when({}, adoptPhone, undefined, at(0, { claimedPhone: { phone: A, country: 'CH' } })),
      [],
    ],
    ['a phone that is too soon', when(sent, resendPhoneVerification, code(A, 'h')), []],
  ])('%s', (_, outcome, expected) => {
    expect(codesOf(outcome)).toEqual(expected);
  });

  it.each<[string, Outcome, number, string[]]>([
    ['a login code', when(challenged, checkOtpSms, guess('good'), at(300)), 300, ['CodesExpired CH 1']],
    ['a verification', when(sent, verifyPhone, { hash: 'good' }, at(300)), 300, ['CodesExpired CH 1']],
    ['not one that is void', when(voided(), verifyPhone, { hash: 'good' }, at(1)), 1, []],
  ])('%s that came too late', (_, outcome, seconds, expected) => {
    expect(codesOf(outcome, seconds)).toEqual(expected);
  });
});

function voided() {
  return [1, 2, 3, 4, 5].reduce((user) => when(user, verifyPhone, { hash: 'bad' }).after, sent);
}

describe('of a request', () => {
  it.each([
    [undefined, 'OK'],
    [new ApiError('OTP_SMS_ALREADY_ADDED'), 'ALREADY_EXISTS'],
  ])('its operation and outcome (%s)', (refusal, outcome) => {
    expect(measurementsOf(report(refusal))).toEqual([
      { name: 'Requests', unit: 'Count', values: [1], dimensions: { operation: 'AnRpc', outcome } },
    ]);
  });

  it.each([
    [new ApiError('SMS_TOO_SOON'), 'SMS_TOO_SOON'],
    [new ApiError('OTP_SMS_LOCKED'), 'OTP_SMS_LOCKED'],
    [new ApiError('SMS_BUDGET_SPENT', { budget: 'country' }), 'country'],
  ])('the limit that was hit (%s)', (refusal, limit) => {
    expect(measurementsOf(report(refusal))).toContainEqual({
      name: 'LimitsHit',
      unit: 'Count',
      values: [1],
      dimensions: { limit },
    });
  });

  it.each([
    ['INTERNAL', 1],
    ['STORAGE_UNAVAILABLE', 0],
    ['OTP_SMS_CODE_WRONG', 0],
  ] as const)('whether it is ours to mend (%s: %i)', (reason, faults) => {
    const names = measurementsOf(report(new ApiError(reason))).map(({ name }) => name);
    expect(names.filter((name) => name === 'Faults')).toHaveLength(faults);
  });

  it('the calls of DynamoDB, the conflicts, and what became of the codes', () => {
    const decided = { outcome: when(sent, verifyPhone, { hash: 'good' }), now: at(0).now };
    expect(measurementsOf(report(undefined, { latencies: [1.26, 3], conflicts: 2, decided })).slice(1)).toEqual([
      { name: 'CodesChecked', unit: 'Count', values: [1], dimensions: { country: 'CH' } },
      { name: 'ConflictsRetried', unit: 'Count', values: [2] },
      { name: 'DynamoDbLatency', unit: 'Milliseconds', values: [1.3, 3] },
    ]);
  });
});
