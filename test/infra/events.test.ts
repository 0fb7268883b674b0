import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Fact } from '../../lib/domain/events.ts';
import { answerKey, limitKey, PART_KEYS, userPartition } from '../../lib/storage/keys.ts';
import { toWrites } from '../../lib/storage/transaction.ts';
import { matches, at as read, recordOf } from '../support/eventBridge.ts';
import { delivered, passes, pipe } from '../support/eventPipe.ts';
import { A, at, B, CHALLENGE, facts, NOW, when } from '../support/given.ts';
import type { Template } from '../support/package.ts';
import { schemaProblems } from '../support/templateSchema.ts';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const failed = { failures: 10, lockedUntil: '2026-01-01T12:15:00.000Z' };
const HISTORY: readonly Fact[] = [
  facts.changed(A),
  facts.sent('hash-of-a-phone-code'),
  { type: 'user.human.phone.verification.failed', failures: 1 },
  facts.verified(A),
  facts.added,
  facts.challenged('hash-of-a-login-code'),
  { type: 'user.human.mfa.otp.sms.check.failed', ...failed, unlogged: CHALLENGE },
  { type: 'user.human.mfa.otp.sms.check.succeeded', unlogged: CHALLENGE },
  facts.changed(B),
  facts.sent('hash-of-another-code'),
  facts.challenged('hash-of-a-last-code'),
];
const END: readonly Fact[] = [{ type: 'user.human.mfa.otp.sms.removed' }, { type: 'user.human.phone.removed' }];
const SUB = 'alice "A"\\';

/** Every item that is put for a user to whom all that happens, and the root as it is updated. */
const items = () => {
  const first = when({}, () => ({ facts: HISTORY }), undefined);
  const last = when(first.after, () => ({ facts: END }), undefined, at(60));
  const puts = [first, last].flatMap((outcome) =>
    toWrites('table', SUB, outcome).flatMap(({ Put }) => Put?.Item ?? []),
  );
  const root = { pk: userPartition(SUB), sk: PART_KEYS.root, ...first.after.root };
  const isEvent = ({ type }: Record<string, unknown>) => type !== undefined;
  return {
    events: puts.filter(isEvent),
    others: [
      root,
      ...puts.filter((item) => !isEvent(item)),
      { ...limitKey('PHONE', 'NUMBER', 'pseudonym', 60), fullAt: 1, takenAt: 1, ttl: 1 },
      { ...answerKey(SUB, 'EVENT#1'), payloadHash: 'f', message: {}, ttl: 1 },
    ],
  };
};

describe('the pipe', () => {
  it('lets every event pass, when it is written', () => {
    const { events } = items();
    expect(events).toHaveLength(HISTORY.length + END.length);
    expect(events.filter((item) => !passes(recordOf(item)))).toEqual([]);
    expect(events.filter((item) => passes(recordOf(item, 'MODIFY')) || passes(recordOf(item, 'REMOVE')))).toEqual([]);
  });

  it('lets nothing else pass: no state, code, budget or answer', () => {
    const { others } = items();
    expect(others.map(({ sk }) => sk).sort()).toEqual([
      'IDEMPOTENCY#EVENT#1',
      PART_KEYS.otpSmsCode,
      PART_KEYS.phoneCode,
      PART_KEYS.otpSms,
      PART_KEYS.root,
      'WINDOW#60',
    ]);
    expect(others.filter((item) => passes(recordOf(item)) || passes(recordOf(item, 'MODIFY')))).toEqual([]);
  });

  it("makes the event's type the detail-type and its time the time, and says whose it is", () => {
    const told = items().events.map((item) => delivered(recordOf(item)));
    expect(told.map((event) => event['detail-type'])).toEqual([...HISTORY, ...END].map(({ type }) => type));
    expect(told[0]).toEqual({
      source: 'otp-sms-factor',
      'detail-type': 'user.human.phone.changed',
      time: NOW.toISOString(),
      detail: {
        user: `USER#${SUB}`,
        sequence: '1',
        createdAt: NOW.toISOString(),
        editor: 'user',
        resourceOwner: 'owner',
      },
    });
  });

  it('tells no number, code or hash', () => {
    const told = items().events.map((item) => delivered(recordOf(item)));
    for (const { detail } of told)
      expect(Object.keys(detail)).toEqual(['user', 'sequence', 'createdAt', 'editor', 'resourceOwner']);
    const secrets = [A, B, 'hash', failed.lockedUntil];
    expect(secrets.filter((secret) => JSON.stringify(told).includes(secret))).toEqual([]);
    // The test would see them: they are in the items.
    const stored = JSON.stringify(items());
    expect(secrets.filter((secret) => !stored.includes(secret))).toEqual([]);
  });

  it('does not hold up the stream for what it cannot deliver', () => {
    expect(pipe.SourceParameters.DynamoDBStreamParameters).toMatchObject({
      MaximumRecordAgeInSeconds: 3600,
      MaximumRetryAttempts: 50,
      OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['LostEvents', 'Arn'] } },
    });
  });
});

describe('the rule in the runbook', () => {
  const rule = parse(/^```yaml\n(FactorChanged:.+?)^```/ms.exec(text('infra/operate.md'))?.[1] ?? '');

  it('is of the form that AWS publishes', () => {
    expect(schemaProblems({ Resources: rule } as Template)).toEqual([]);
  });

  it('tells of a factor that was added or removed, and of nothing else', () => {
    const { EventPattern, Targets } = rule.FactorChanged.Properties;
    const told = items()
      .events.map((item) => delivered(recordOf(item)))
      .filter((event) => matches(EventPattern, event));
    expect(told.map((event) => event['detail-type'])).toEqual([
      'user.human.mfa.otp.sms.added',
      'user.human.mfa.otp.sms.removed',
    ]);
    const { InputPathsMap } = Targets[0].InputTransformer;
    expect(read(InputPathsMap.user, told[0])).toBe(`USER#${SUB}`);
    expect(InputPathsMap.type).toBe('$.detail-type');
  });
});
