import type { Change, Copy } from '../support/mutants.ts';

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
  { file: CONDITIONS, from: 'outcome.events.flatMap((event) => {', to: '[].flatMap((event) => {' },
];

/** Defences taken out, each with the test that must fail then; the number is the row of the threat. */
export const MUTATIONS: readonly Copy[] = [
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
        from: "return { ...without(user, 'otpSms', 'otpSmsCode'), root: without(root, 'authorisedUntil') };",
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
    name: '26-wrong-codes-of-a-number-without-end',
    changes: [
      { file: 'lib/storage/numberAttempts.ts', from: ' OR failed < :max', to: ' OR failed < :max OR failed >= :max' },
    ],
    file: 'test/threats/numberAttempts.test.ts',
    title: 'end after 100 in a row: then none is judged, right or wrong, and nothing is recorded',
  },
  {
    name: '26-a-right-code-that-is-signed-before-it-is-recorded',
    changes: [
      {
        file: 'lib/commands/execute.ts',
        from: 'const answer = answerTo(handled, execution, context);',
        to: 'const answer = answerTo(handled, execution, context); if (handled.claims && execution.sign) await execution.sign(handled.claims, signal);',
      },
    ],
    file: 'test/threats/manyGuesses.test.ts',
    title: 'nothing is signed: the right one that never gets its turn is not told from a wrong one',
  },
  {
    name: '27-a-kept-answer-before-the-owner-is-looked-at',
    changes: [
      { file: 'lib/commands/execute.ts', from: 'if (refusal) throw new ApiError(refusal.reason, refusal);', to: '' },
    ],
    file: 'test/threats/keptAnswers.test.ts',
    title: 'of a challenge is not given while the factor is locked',
  },
  {
    name: '27-a-kept-check-for-any-session',
    changes: [
      {
        file: 'lib/http/idempotencyKey.ts',
        from: "mac('request', userId, rpc, input, asker ?? null)",
        to: "mac('request', userId, rpc, input)",
      },
    ],
    file: 'test/threats/keptAnswers.test.ts',
    title: 'is answered again to the session that checked it, and to no other of the user',
  },
  {
    name: '27-a-kept-check-for-a-day',
    changes: [
      {
        file: 'lib/http/idempotencyKey.ts',
        from: 'KEPT_OF_SESSION_SECONDS = 120',
        to: 'KEPT_OF_SESSION_SECONDS = 86_400',
      },
    ],
    file: 'test/threats/keptAnswers.test.ts',
    title: 'is answered again for two minutes under its key, and not a moment longer',
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
  {
    name: '4-a-lock-of-an-hour-at-the-most',
    changes: [{ file: 'lib/domain/failedAttempts.ts', from: 'longest: 86_400', to: 'longest: 3_600' }],
    file: 'test/threats/checkBudget.test.ts',
    title: 'is closed longer after 79 wrong codes and one more, for a day at the most',
  },
  {
    name: '5-a-locked-factor-that-stays',
    changes: [
      {
        file: 'lib/domain/removeOtpSms.ts',
        from: 'user.otpSms\n',
        to: 'user.otpSms && !user.root?.otpSmsFailedAttempts?.lockedUntil\n',
      },
    ],
    file: 'test/threats/checkLockout.test.ts',
    title: 'the factor that is locked can be removed, by itself and with the phone',
  },
  {
    name: '9-codes-that-can-be-foreseen',
    changes: [
      {
        file: 'lib/codes/digits.ts',
        from: 'randomInt(10 ** length)',
        to: 'Math.min(randomInt(2 ** 40), Math.floor(Math.random() * 10 ** length))',
      },
    ],
    file: 'test/threats/biasedCodes.test.ts',
    title: 'are drawn by nothing that a program can foresee',
  },
  {
    name: '13-messages-forgotten-after-an-hour',
    changes: [{ file: 'lib/domain/resendBackoff.ts', from: 'MEMORY_SECONDS = 86_400', to: 'MEMORY_SECONDS = 3_600' }],
    file: 'test/threats/smsPumping.test.ts',
    title: 'remembers the messages before it for a day',
  },
  {
    name: '23-a-number-that-waits-is-proven-by-its-code-alone',
    changes: [
      { file: 'lib/domain/phone.ts', from: 'isAuthorised(user, context) ? decide({})', to: 'true ? decide({})' },
    ],
    file: 'test/threats/stepUpAround.test.ts',
    title: 'moves the factor by no request of the first factor alone',
  },
  {
    name: '23-the-database-lets-any-number-take-the-factor',
    changes: [{ file: CONDITIONS, from: 'const isAllowed = ', to: 'const isAllowed = true || ' }],
    file: 'test/threats/stepUpAround.test.ts',
    title: 'moves no factor to a number that nothing has allowed',
  },
  {
    name: '24-the-database-lets-the-factor-go',
    changes: [{ file: CONDITIONS, from: '{ otpSms: allowedBy ? [] : [IS_ABSENT] }', to: '{ otpSms: [] }' }],
    file: 'test/threats/stepUpAround.test.ts',
    title: 'lets neither factor nor phone go where nothing has allowed it',
  },
  {
    name: '24-a-re-authentication-that-is-taken-again',
    changes: [
      { file: 'lib/domain/stepUp.ts', from: 'isRecent && authTime > (root?.usedAuthTime ?? 0)', to: 'isRecent' },
      {
        file: CONDITIONS,
        from: "'(attribute_not_exists(usedAuthTime) OR usedAuthTime < :authTime)'",
        to: "':authTime > :authTime OR attribute_exists(pk)'",
      },
    ],
    file: 'test/threats/reauthentication.test.ts',
    title: 'allows one thing',
  },
  {
    name: '29-a-proof-that-is-taken-again',
    changes: [
      {
        file: 'lib/storage/transaction.ts',
        from: 'events.flatMap((event) => proofUse(table, userId, event))',
        to: '[].flatMap((event) => proofUse(table, userId, event))',
      },
    ],
    file: 'test/threats/stepUpOnce.test.ts',
    title: 'allows one thing',
  },
  {
    name: '16-the-database-lets-a-number-be-proven-without-its-code',
    changes: [{ file: CONDITIONS, from: '{} : { phoneCode: [IS_THERE] }', to: '{} : {}' }],
    file: 'test/threats/databaseRefuses.test.ts',
    title: 'proves no number without its code',
  },
  {
    name: '30-a-spent-budget-that-is-forgotten',
    changes: [
      {
        file: 'lib/storage/spentCounters.ts',
        from: 'foundAtMs <= nowMs && nowMs <',
        to: 'foundAtMs > nowMs && nowMs <',
      },
    ],
    file: 'test/threats/cheapRefusals.test.ts',
    title: 'to verify a number makes no more calls than one that is sent, and one query when it is repeated (NUMBER)',
  },
  {
    name: '30-adding-and-removing-without-end',
    changes: [
      { file: 'lib/domain/addOtpSms.ts', from: 'if (next) return', to: 'if (next === null) return' },
      {
        file: CONDITIONS,
        from: 'OR otpSmsAdditions[0] <= :additionsSince)',
        to: 'OR otpSmsAdditions[0] > :additionsSince)',
      },
    ],
    file: 'test/threats/cheapRefusals.test.ts',
    title: 'without end comes to an end, which is one query, and time goes on',
  },
  {
    name: '31-a-give-back-that-is-tried-again',
    changes: [
      { file: 'lib/storage/counter.ts', from: 'client.send(attemptedOnce(command))', to: 'client.send(command)' },
    ],
    file: 'test/threats/lostGiveBack.test.ts',
    title: 'a message that was refused is given back once at the most, when the answer is lost after it was done',
  },
  {
    name: '32-a-home-line-of-256-addresses',
    changes: [
      { file: 'lib/http/sourceAddress.ts', from: 'return PREFIXES.map(', to: 'return PREFIXES.slice(0, 1).map(' },
    ],
    file: 'test/threats/spoofedAddress.test.ts',
    title: 'is no 256 budgets for a home line with a /56, nor any number of them for a site with a /48',
  },
  {
    name: '34-an-id-token-with-the-hash-of-a-state',
    changes: [{ file: 'lib/auth/accessTokenKind.ts', from: ", 's_hash'", to: '' }],
    file: 'test/threats/tokenTricks.test.ts',
    title: 'is refused: an ID token by its s_hash: token_use',
  },
  {
    name: '35-an-rsa-key-that-is-short',
    changes: [{ file: 'lib/auth/jwks.ts', from: 'MIN_RSA_BITS = 2_048', to: 'MIN_RSA_BITS = 1_024' }],
    file: 'test/threats/signingKeys.test.ts',
    title: 'a token of an RSA key of 1,024 bits is refused, though the key is in the set',
  },
  {
    name: '36-a-server-for-any-host',
    changes: [{ file: 'infra/local/sameMachine.ts', from: 'NAMES.has(', to: 'URL.canParse(url) || NAMES.has(' }],
    file: 'test/threats/dnsRebinding.test.ts',
    title: 'gets no token: whose name leads to this machine',
  },
  {
    name: '37-numbers-that-stay-in-the-log',
    changes: [
      {
        file: 'lib/domain/phone.ts',
        from: 'maskedPhone: maskPhoneNumber(phone),\n    ...',
        to: 'maskedPhone: phone,\n    ...',
      },
    ],
    file: 'test/threats/numbersInLog.test.ts',
    title: 'holds no number or address in a whole life, and neither does what goes out to the bus',
  },
  {
    name: '37-a-hash-that-anybody-can-make',
    changes: [
      { file: 'lib/codes/derivedKey.ts', from: "createHmac('sha256', await derive())", to: "createHmac('sha256', '')" },
    ],
    file: 'test/threats/numbersInLog.test.ts',
    title: 'has one hash of a number, whoever set it, under a key that is not in the table',
  },
  {
    name: '37-the-database-records-about-the-erased',
    changes: [{ file: CONDITIONS, from: "'attribute_not_exists(erasedAt)'", to: "'attribute_exists(pk)'" }],
    file: 'test/threats/erasedUser.test.ts',
    title: 'the database records nothing of the user, though the rules were wrong',
  },
  {
    name: '37-a-request-under-way-that-begins-anew',
    changes: [
      {
        file: 'lib/commands/execute.ts',
        from: "if (user.root?.creationDate !== begunAt) throw new ApiError('USER_BEING_ERASED');",
        to: '',
      },
    ],
    file: 'test/threats/erasedUser.test.ts',
    title: 'is under way, and comes to its TransactWriteItems after all is erased',
  },
  {
    name: '37-a-batch-that-looks-at-no-tombstone',
    changes: [
      { file: 'lib/storage/erasures.ts', from: '[{ ConditionCheck: tombstone }, ...deletions]', to: 'deletions' },
    ],
    file: 'test/threats/erasedUser.test.ts',
    title: 'one that comes late takes nothing of a user who has begun anew',
  },
  {
    name: '37-a-write-of-before-the-erasing',
    changes: [
      {
        file: CONDITIONS,
        from: "'creationDate = :begunAt'",
        to: "'(creationDate = :begunAt OR attribute_exists(pk))'",
      },
    ],
    file: 'test/threats/erasedAnew.test.ts',
    title: 'is not changed by a request of before, though the sequence is the one that it saw',
  },
  {
    name: '37-a-proof-of-before-the-erasing',
    changes: [
      {
        file: 'lib/domain/stepUp.ts',
        from: ' && proof.issuedAt >= Math.floor(new Date(creationDate).getTime() / 1000)',
        to: '',
      },
    ],
    file: 'test/threats/erasedAnew.test.ts',
    title: 'is not weakened by a proof of before, which was used',
  },
  ...(
    [
      ['for-anybody', 'aud === issuer && ', '', 'for several services'],
      ['for-any-purpose', "purpose === 'STEP_UP' && ", '', 'for signing in'],
      ['for-ever', ' && exp !== undefined', '', 'without an expiry'],
      ['by-any-method', "['otp', 'sms'].every((method) => methods.includes(method))", 'true', 'without its methods'],
      ['of-any-type', 'header.typ !== PROOF_TYPE', 'false', 'of another type'],
    ] as const
  ).map(([name, from, to, title]) => ({
    name: `29-a-proof-${name}`,
    changes: [{ file: 'lib/auth/stepUp.ts', from, to }],
    file: 'test/threats/proofForgeries.test.ts',
    title: `does not hold ${title}`,
  })),
  {
    name: '38-a-scope-makes-a-service',
    changes: [{ file: 'lib/auth/services.ts', from: '!services || !isNamed(subject, services)', to: '!services' }],
    file: 'test/threats/serviceDoors.test.ts',
    title: 'challengeUserOtpSms lets in who may do it, and nobody else',
  },
  {
    name: '38-any-permission-opens-every-door',
    changes: [
      {
        file: 'lib/auth/callers.ts',
        from: '!permissions.includes(allows.service)',
        to: 'permissions.length === 0',
      },
    ],
    file: 'test/threats/serviceDoors.test.ts',
    title: 'challengeUserOtpSms lets in who may do it, and nobody else',
  },
  {
    name: '38-a-service-reaches-another-organisation',
    changes: [{ file: 'lib/domain/decision.ts', from: '[claimedOwner, service?.owner].every', to: '[].every' }],
    file: 'test/threats/serviceDoors.test.ts',
    title: 'challengeUserOtpSms lets in who may do it, and nobody else',
  },
];
