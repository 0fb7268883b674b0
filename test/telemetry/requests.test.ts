import { hash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { comeBack, passSeconds } from '../support/clock.ts';
import { enrol, peopleOf } from '../support/people.ts';
import { type Told, toldBy } from '../support/told.ts';

const issuer = await startIssuer();
const person = peopleOf(issuer);
afterEach(comeBack);

/** What the runbook looks for in the log: `printf %s <id> | sha256sum | cut -c1-16`. */
const userHash = (userId: string) => hash('sha256', userId).slice(0, 16);

type Directive = {
  readonly Namespace: string;
  readonly Dimensions: readonly string[][];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
};

/** `CodesSent DE` → 1: the metrics with the further dimension that they have, and how often they were published. */
const metricsOf = ({ metrics }: Told): Record<string, unknown> =>
  Object.fromEntries(
    metrics.flatMap((line) =>
      (line._aws as { CloudWatchMetrics: Directive[] }).CloudWatchMetrics.map(({ Dimensions, Metrics }) => {
        const name = Metrics[0]?.Name ?? '';
        const further = (Dimensions[1] ?? []).slice(1).map((dimension) => line[dimension]);
        return [[name, ...further].join(' '), line[name]];
      }),
    ),
  );

const enrolled = async () => enrol(await person());

describe('the log', () => {
  it('tells of a request who asked, how it ended, and what it took of DynamoDB', async () => {
    const me = await person();
    await me.set();
    await me.verify();

    const { log } = await toldBy(() => me.call('add'));

    expect(log).toEqual([
      expect.objectContaining({
        level: 'INFO',
        message: 'AddMyAuthFactorOTPSMS OK',
        operation: 'AddMyAuthFactorOTPSMS',
        code: 'OK',
        user: userHash(me.sub),
        dynamoDb: { requests: 2, readUnits: 1, writeUnits: 6 },
      }),
    ]);
  });

  it('keeps requests apart that run at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, enrolled));

    const { log } = await toldBy(() =>
      Promise.all(people.flatMap((me) => [me.call('list'), me.challenge(), me.call('drop')])),
    );

    const reads = log.filter(({ operation }) => operation === 'ListMyAuthFactors');
    expect(reads.map(({ user }) => user).sort()).toEqual(people.map(({ sub }) => userHash(sub)).sort());
    for (const { dynamoDb } of reads) expect(dynamoDb).toEqual({ requests: 1, readUnits: 1, writeUnits: 0 });
  });

  it('counts how often a request began again', async () => {
    const me = await person();
    await me.set();
    const told = await toldBy(() => Promise.all(Array.from({ length: 6 }, () => me.verify('000000'))));
    const conflicts = told.log.reduce((sum, each) => sum + Number(each.conflicts ?? 0), 0);
    const counted = told.metrics.reduce((sum, each) => sum + Number(each.ConflictsRetried ?? 0), 0);
    expect(conflicts).toBeGreaterThan(0);
    expect(counted).toBe(conflicts);
  });
});

describe('the metrics', () => {
  it('are published for the service, and each by the dimensions that are its own', async () => {
    const me = await person();

    const { metrics } = await toldBy(me.set);

    const directive = (Name: string, Unit: string, ...further: string[]) => ({
      Namespace: 'otp-sms-factor',
      Dimensions: [['service'], ...(further.length > 0 ? [['service', ...further]] : [])],
      Metrics: [{ Name, Unit }],
    });
    expect(metrics).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            directive('Requests', 'Count', 'operation', 'outcome'),
            directive('CodesSent', 'Count', 'country'),
            directive('CodesChecked', 'Count', 'country'),
            directive('DynamoDbLatency', 'Milliseconds'),
          ],
        },
        service: 'otp-sms-factor',
        operation: 'SetMyPhone',
        outcome: 'OK',
        country: 'DE',
        Requests: 1,
        CodesSent: 1,
        CodesChecked: 0,
        DynamoDbLatency: expect.toSatisfy((each: number[]) => each.length >= 9 && each.every((ms) => ms > 0)),
      },
    ]);
  });

  it('tell the whole life of a code', async () => {
    const me = await enrolled();
    const toldOf = async (work: () => Promise<unknown>) => {
      const { DynamoDbLatency: _, ...counts } = metricsOf(await toldBy(work));
      return counts;
    };

    expect(await toldOf(me.challenge)).toEqual({
      'Requests ChallengeMyOTPSMS OK': 1,
      'CodesSent DE': 1,
      'CodesChecked DE': 0,
    });
    expect(await toldOf(me.challenge)).toEqual({
      'Requests ChallengeMyOTPSMS RESOURCE_EXHAUSTED': 1,
      'LimitsHit SMS_TOO_SOON': 1,
    });
    expect(await toldOf(() => me.check('000000'))).toEqual({
      'Requests CheckMyOTPSMS INVALID_ARGUMENT': 1,
      'CodesFailed DE': 1,
    });
    passSeconds(301);
    expect(await toldOf(() => me.check())).toEqual({
      'Requests CheckMyOTPSMS FAILED_PRECONDITION': 1,
      'CodesExpired DE': 1,
    });
    await me.challenge();
    expect(await toldOf(() => me.check())).toEqual({ 'Requests CheckMyOTPSMS OK': 1, 'CodesChecked DE': 1 });
  });

  it('count no code that was not sent', async () => {
    const me = await peopleOf(issuer, { SMS_INBOX_URL: 'http://127.0.0.1:9/messages' })();

    expect(Object.keys(metricsOf(await toldBy(me.set)))).toEqual([
      'Requests SetMyPhone UNAVAILABLE',
      'DynamoDbLatency',
    ]);
  });
});
