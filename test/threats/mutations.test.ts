import { beforeAll, describe, expect, it } from 'vitest';
import { type Change, type Copy, runInCopies, type Verdict } from '../support/mutants.ts';

const CHALLENGE = 'lib/domain/challenge.ts';
const USER = 'lib/domain/user.ts';
const CONDITIONS = 'lib/storage/conditions.ts';
const GUESSING = 'lib/commands/checkCode.ts';

/** Every write goes through, whatever was written since the decision. */
const NO_CONDITIONS: readonly Change[] = [
  {
    file: CONDITIONS,
    from: "'#sequence = :decidedOn'",
    to: "'(#sequence = :decidedOn OR attribute_not_exists(mutated))'",
  },
  { file: CONDITIONS, from: "{ text: 'attribute_not_exists(pk)' }", to: "{ text: 'attribute_not_exists(mutated)' }" },
  { file: CONDITIONS, from: 'events.flatMap((event) => DEMANDS', to: '[].flatMap((event) => DEMANDS' },
];

/** Defences taken out, each with the test that must fail then; the number is the row of the threat. */
const MUTATIONS: readonly Copy[] = [
  {
    name: '1-a-success-under-no-condition',
    changes: NO_CONDITIONS,
    file: 'test/threats/checkOnce.test.ts',
    title: 'logs in once',
  },
  {
    name: '2-a-wrong-guess-under-no-condition',
    changes: NO_CONDITIONS,
    file: 'test/threats/checkBudget.test.ts',
    title: 'are judged no more often than the factor has failures left, and lock it',
  },
  {
    name: '2-a-wrong-guess-that-is-not-recorded',
    changes: [
      {
        file: CHALLENGE,
        from: "facts: [{ type: 'user.human.mfa.otp.sms.check.failed', ...guesses, unlogged }]",
        to: 'facts: []',
      },
    ],
    file: 'test/threats/checkBudget.test.ts',
    title: 'are judged no more often than the factor has failures left, and lock it',
  },
  {
    name: '3-a-new-code-is-a-new-budget',
    changes: [
      {
        file: USER,
        from: '...root,\n          otpSmsResendBackoff: afterSend',
        to: "...without(root, 'otpSmsFailedAttempts'),\n          otpSmsResendBackoff: afterSend",
      },
    ],
    file: 'test/threats/checkBudget.test.ts',
    title: 'is not renewed by another code, another token or another idempotency key',
  },
  {
    name: '3-a-new-factor-is-a-new-budget',
    changes: [
      {
        file: USER,
        from: "return without(user, 'otpSms', 'otpSmsCode');",
        to: "return { ...without(user, 'otpSms', 'otpSmsCode'), root: without(root, 'otpSmsFailedAttempts') };",
      },
    ],
    file: 'test/threats/checkBudget.test.ts',
    title: 'is not renewed by removing the factor and adding it anew',
  },
  {
    name: '7-a-number-is-read-as-a-code',
    changes: [
      {
        file: 'lib/operations/fields.ts',
        from: "readText(given ?? '', field)",
        to: "readText(String(given ?? ''), field)",
      },
    ],
    file: 'test/threats/checkForm.test.ts',
    title: 'the number is refused, and no guess',
  },
  {
    name: '7-nothing-is-like-everything',
    changes: [
      { file: 'lib/operations/fields.ts', from: '{ number: 1, min: 1,', to: '{ number: 1, min: 0,' },
      { file: 'lib/domain/code.ts', from: '{4,10}$/.test(digits)', to: '{0,10}$/.test(digits)' },
      { file: GUESSING, from: 'isOfLength(code, input.code) ? hash : undefined', to: 'hash' },
    ],
    file: 'test/threats/checkForm.test.ts',
    title: 'an empty code is refused, and no guess',
  },
  {
    name: '28-a-code-that-belongs-to-nobody',
    changes: [
      {
        file: CHALLENGE,
        from: "if (!belongsTo(otpSmsCode, challengeHash)) return refuse('CHALLENGE_UNKNOWN');",
        to: '',
      },
      {
        file: CONDITIONS,
        from: "'challengeHash = :challengeHash'",
        to: "'(attribute_exists(pk) OR challengeHash = :challengeHash)'",
      },
    ],
    file: 'test/threats/challengeId.test.ts',
    title: 'is worthless in another session of the same user, and costs the user nothing',
  },
  {
    name: '28-an-id-in-plain-text',
    changes: [{ file: 'lib/codes/nonce.ts', from: "createHash('sha256').update(id).digest('base64')", to: 'id' }],
    file: 'test/threats/challengeId.test.ts',
    title: 'is not in the table, and in no refusal',
  },
  {
    name: '10-a-hash-without-a-key',
    changes: [{ file: 'lib/codes/localKey.ts', from: "createHmac('sha256', key)", to: "createHmac('sha256', '')" }],
    file: 'test/threats/checkAtRest.test.ts',
    title: 'gives nothing of a pending verification code',
  },
  {
    name: '10-a-hash-bound-to-nothing',
    changes: [
      { file: 'lib/codes/keyedHash.ts', from: "JSON.stringify(['otp-code/2', kind, userId, digits])", to: 'digits' },
    ],
    file: 'test/threats/checkAtRest.test.ts',
    title: 'one that is carried over to another user with the same phone proves nothing',
  },
  {
    name: '12-no-wait-between-messages',
    changes: [{ file: 'lib/domain/sending.ts', from: 'next === undefined ||', to: 'true ||' }],
    file: 'test/threats/challengeOnce.test.ts',
    title: 'the next message goes out when its time has come, not a millisecond before',
  },
  {
    name: '12-a-message-before-its-record',
    changes: [
      {
        file: 'lib/commands/execute.ts',
        from: 'await hold.reserve(effect);',
        to: 'await hold.reserve(effect); await effect?.run();',
      },
    ],
    file: 'test/threats/challengeOnce.test.ts',
    title: '50 of them send one message',
  },
  {
    name: '12-a-message-that-is-sent-again',
    changes: [{ file: 'lib/sms/aws.ts', from: 'maxAttempts: 1', to: 'maxAttempts: 3' }],
    file: 'test/threats/challengeOnce.test.ts',
    title: 'of AWS is not asked again when it answers 500',
  },
];

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
}, 90_000);

describe('the tests of threats', () => {
  it('pass in a copy of the sources', () => {
    expect(verdicts.get(CONTROL.name)).toEqual({ status: 'passed', messages: [] });
  });

  it.each(MUTATIONS)('fail where a defence is taken out: $name', ({ name }) => {
    expect(verdicts.get(name)).toEqual({ status: 'failed', messages: [expect.stringMatching(/^AssertionError/)] });
  });
});
