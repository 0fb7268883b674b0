import type { Outcome } from '../domain/decision.ts';
import type { EventType } from '../domain/events.ts';
import { isPast } from '../domain/time.ts';
import type { ApiError, Reason } from '../errors/errors.ts';
import { outcomeOf, type Report } from './report.ts';

/** One metric of a request, published for the service as a whole and, where there are dimensions, by them too. */
export type Measurement = {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  readonly values: readonly number[];
  readonly dimensions?: Readonly<Record<string, string>>;
};

/** Refusals that say that a limit was reached; of a budget it is the budget that is told. */
const LIMITS: ReadonlySet<Reason> = new Set([
  'SMS_TOO_SOON',
  'SMS_BUDGET_SPENT',
  'SMS_SPEND_LIMIT_REACHED',
  'OTP_SMS_LOCKED',
  'PHONE_VERIFICATION_LOCKED',
]);

/** What the events say of a code, and whether it is the one before them or the one after. */
const CODES: { readonly [T in EventType]?: readonly [name: string, code: CodeOf] } = {
  'user.human.phone.code.added': ['CodesSent', ({ after }) => after.phoneCode],
  'user.human.phone.verified': ['CodesChecked', ({ before }) => before.phoneCode],
  'user.human.phone.verification.failed': ['CodesFailed', ({ before }) => before.phoneCode],
  'user.human.mfa.otp.sms.code.added': ['CodesSent', ({ after }) => after.otpSmsCode],
  'user.human.mfa.otp.sms.check.succeeded': ['CodesChecked', ({ before }) => before.otpSmsCode],
  'user.human.mfa.otp.sms.check.failed': ['CodesFailed', ({ before }) => before.otpSmsCode],
};

type CodeOf = (outcome: Outcome) => { readonly country?: string; readonly expiresAt: string } | undefined;

const count = (name: string, dimensions?: Readonly<Record<string, string>>): Measurement => ({
  name,
  unit: 'Count',
  values: [1],
  ...(dimensions && { dimensions }),
});

const byCountry = (name: string, code: ReturnType<CodeOf>) => count(name, { country: code?.country ?? 'none' });

/**
 * What a decision means for the codes: what was recorded of them, and one that came too late.
 *
 * A code that is sent is none that is checked so far, and says so: an alarm can compare the two only where both are there.
 */
const codeMeasurements = (outcome: Outcome, now: Date): readonly Measurement[] => [
  ...outcome.events.flatMap((event) => {
    const [name = '', codeOf] = CODES[event.type] ?? [];
    const code = codeOf?.(outcome);
    return [
      ...(code ? [byCountry(name, code)] : []),
      ...(code && name === 'CodesSent' ? [{ ...byCountry('CodesChecked', code), values: [0] }] : []),
      ...(event.type === 'user.human.mfa.otp.sms.check.failed' && event.lockedUntil ? [count('FactorsLocked')] : []),
    ];
  }),
  ...expired(outcome, now),
];

/** Verification refuses a late code and a wrong one alike: only the late one leaves no event. */
const expired = ({ before, events, refusal }: Outcome, now: Date): readonly Measurement[] => {
  const { phoneCode, otpSmsCode } = before;
  if (refusal?.reason === 'OTP_SMS_CODE_EXPIRED') return [byCountry('CodesExpired', otpSmsCode)];
  const late = refusal?.reason === 'PHONE_CODE_INVALID' && events.length === 0 && phoneCode;
  return late && isPast(late.expiresAt, now) ? [byCountry('CodesExpired', late)] : [];
};

const limitsHit = (refusal: ApiError | undefined): readonly Measurement[] =>
  refusal && LIMITS.has(refusal.reason) ? [count('LimitsHit', { limit: refusal.budget ?? refusal.reason })] : [];

/** All that is measured of a request. */
export const measurementsOf = (report: Report): readonly Measurement[] => {
  const { operation, refusal, stats } = report;
  const { latencies, conflicts, decided } = stats;
  const milliseconds = latencies.map((each) => Math.round(each * 10) / 10);
  return [
    count('Requests', { operation, outcome: outcomeOf(report) }),
    ...(decided ? codeMeasurements(decided.outcome, decided.now) : []),
    ...limitsHit(refusal),
    ...(refusal?.code === 'INTERNAL' ? [count('Faults')] : []),
    ...(conflicts > 0 ? [{ name: 'ConflictsRetried', unit: 'Count', values: [conflicts] } as const] : []),
    ...(latencies.length > 0 ? [{ name: 'DynamoDbLatency', unit: 'Milliseconds', values: milliseconds } as const] : []),
  ];
};
