import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/domain/addOtpSms.ts';
import { checkOtpSms } from '../../lib/domain/challenge.ts';
import { erase } from '../../lib/domain/erase.ts';
import { removePhone, setPhone, verifyPhone } from '../../lib/domain/phone.ts';
import { removeOtpSms } from '../../lib/domain/removeOtpSms.ts';
import { toWrites } from '../../lib/storage/transaction.ts';
import { A, at, B, code, facts, given, guess, NOW, when } from '../support/given.ts';

const T0 = NOW.toISOString();
const T1 = at(1).now.toISOString();

/** What every write about a known user demands of the root. */
const OF_ROOT = '#sequence = :decidedOn AND creationDate = :begunAt AND attribute_not_exists(erasedAt)';

const conditions = (writes: ReturnType<typeof toWrites>) =>
  writes.map(({ Put, Update, Delete, ConditionCheck }) => {
    const write = Put ?? Update ?? Delete ?? ConditionCheck;
    return [Put?.Item?.sk ?? (Update ?? Delete ?? ConditionCheck)?.Key?.sk, write?.ConditionExpression];
  });

describe('the transaction', () => {
  it('that adds the factor is the root, the factor and the event, each under its condition', () => {
    const verified = given([facts.changed(A), facts.verified(A)]);
    const outcome = when(verified, addOtpSms, undefined, at(1));

    expect(toWrites('T', 'u', outcome)).toEqual([
      {
        Update: {
          TableName: 'T',
          Key: { pk: 'USER#u', sk: 'STATE#USER' },
          UpdateExpression: 'ADD #sequence :events SET #changeDate = :changeDate, #otpSmsAdditions = :otpSmsAdditions',
          ConditionExpression:
            `${OF_ROOT} AND attribute_exists(verifiedPhone) AND ` +
            '(attribute_not_exists(otpSmsAdditions) OR size(otpSmsAdditions) < :additions ' +
            'OR otpSmsAdditions[0] <= :additionsSince)',
          ExpressionAttributeNames: {
            '#sequence': 'sequence',
            '#changeDate': 'changeDate',
            '#otpSmsAdditions': 'otpSmsAdditions',
          },
          ExpressionAttributeValues: {
            ':events': 1,
            ':decidedOn': 2,
            ':begunAt': T0,
            ':changeDate': T1,
            ':otpSmsAdditions': [at(1).now.getTime()],
            ':additions': 5,
            ':additionsSince': at(1 - 3_600).now.getTime(),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        Put: {
          TableName: 'T',
          Item: {
            pk: 'USER#u',
            sk: 'STATE#FACTOR#OTP_SMS',
            sequence: 3,
            enrolledAt: 3,
            creationDate: T1,
            changeDate: T1,
          },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        Put: {
          TableName: 'T',
          Item: {
            pk: 'USER#u',
            sk: 'EVENT#00000000000000000003',
            type: 'user.human.mfa.otp.sms.added',
            sequence: 3,
            createdAt: T1,
            editor: 'user',
            resourceOwner: 'owner',
          },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]);
  });

  it('that begins a user makes the root, and keeps the hash of the code and the number out of the log', () => {
    const writes = toWrites('T', 'u', when({}, setPhone, code(A, 'secret-hash'), at(0, { claimedOwner: 'tenant' })));
    expect(writes[0]?.Update).toMatchObject({
      UpdateExpression:
        'ADD #sequence :events SET #resourceOwner = :resourceOwner, #creationDate = :creationDate, ' +
        '#changeDate = :changeDate, #phone = :phone, #phoneCountry = :phoneCountry, ' +
        '#phoneResendBackoff = :phoneResendBackoff, #phoneSends = :phoneSends',
      ConditionExpression: expect.stringMatching(
        /^attribute_not_exists\(pk\) AND \(attribute_not_exists\(phoneFailedAttempts.lockedUntil\) OR /,
      ),
      ExpressionAttributeValues: {
        ':events': 2,
        ':phone': A,
        ':phoneResendBackoff': { sends: 1, sentAt: T0 },
        ':phoneSends': [NOW.getTime()],
      },
    });
    const [, codePut, changed, added] = writes.map(({ Put }) => Put?.Item);
    expect(codePut).toEqual({
      pk: 'USER#u',
      sk: 'STATE#CODE#PHONE',
      sequence: 2,
      phone: A,
      country: 'CH',
      codeLength: 6,
      hash: 'secret-hash',
      salt: 'salt',
      expiresAt: at(300).now.toISOString(),
      failedAttempts: 0,
      ttl: Math.ceil(at(300).now.getTime() / 1000) + 86_400,
    });
    expect(changed).toMatchObject({ sk: 'EVENT#00000000000000000001', maskedPhone: '+41*******67' });
    expect(added).toMatchObject({ sk: 'EVENT#00000000000000000002', type: 'user.human.phone.code.added' });
    for (const secret of ['secret-hash', A.slice(3, 8)]) {
      expect(JSON.stringify([changed, added])).not.toContain(secret);
    }
  });

  it('that names the owner demands that none was named so far', () => {
    const verified = given([facts.changed(A), facts.verified(A)]);
    const writes = toWrites('T', 'u', when(verified, addOtpSms, undefined, at(1, { claimedOwner: 'tenant' })));
    expect(writes[0]?.Update).toMatchObject({
      UpdateExpression:
        'ADD #sequence :events SET #resourceOwner = :resourceOwner, #changeDate = :changeDate, ' +
        '#otpSmsAdditions = :otpSmsAdditions REMOVE #ownerIsDefault',
      ConditionExpression: expect.stringContaining(
        `${OF_ROOT} AND attribute_exists(ownerIsDefault) AND attribute_exists(verifiedPhone) `,
      ),
      ExpressionAttributeValues: { ':events': 2, ':decidedOn': 2, ':resourceOwner': 'tenant' },
    });
  });

  it('that judges a verification demands a live code of the number that is set', () => {
    const pending = given([facts.changed(A), facts.sent('good')]);
    const expected = [
      [
        'STATE#USER',
        `${OF_ROOT} AND phone = :codeWentTo AND ` +
          '(attribute_not_exists(phoneFailedAttempts.lockedUntil) OR phoneFailedAttempts.lockedUntil <= :judgedAt)',
      ],
      ['STATE#FACTOR#OTP_SMS', 'attribute_not_exists(pk)'],
      ['STATE#CODE#PHONE', '#sequence = :decidedOn AND expiresAt > :judgedAt AND failedAttempts < :triesPerCode'],
      ['EVENT#00000000000000000003', 'attribute_not_exists(pk)'],
    ];
    for (const hash of ['good', 'bad']) {
      expect(conditions(toWrites('T', 'u', when(pending, verifyPhone, { hash }, at(1))))).toEqual(expected);
    }
  });

  it('that judges a verification writes or looks at as many items, right or wrong, with a login code pending too', () => {
    const both = [facts.challenged('login'), facts.changed(B), facts.sent('good')];
    const waiting = given([facts.changed(A), facts.verified(A), facts.added, ...both]);
    const [right, wrong] = ['good', 'bad'].map((hash) =>
      toWrites('T', 'u', when(waiting, verifyPhone, { hash }, at(1))).map((write) => [
        Object.keys(write)[0],
        conditions([write])[0]?.[0],
      ]),
    );
    expect(right).toEqual([
      ['Update', 'STATE#USER'],
      ['Put', 'STATE#FACTOR#OTP_SMS'],
      ['Delete', 'STATE#CODE#PHONE'],
      ['Delete', 'STATE#CODE#OTP_SMS'],
      ['Put', 'EVENT#00000000000000000007'],
    ]);
    expect(wrong).toEqual([
      ['Update', 'STATE#USER'],
      ['ConditionCheck', 'STATE#FACTOR#OTP_SMS'],
      ['Put', 'STATE#CODE#PHONE'],
      ['ConditionCheck', 'STATE#CODE#OTP_SMS'],
      ['Put', 'EVENT#00000000000000000007'],
    ]);
  });

  it('that judges a check demands an open factor, a live code and the number it went to', () => {
    const challenged = given([facts.changed(A), facts.verified(A), facts.added, facts.challenged('good')]);
    for (const hash of ['good', 'bad']) {
      expect(conditions(toWrites('T', 'u', when(challenged, checkOtpSms, guess(hash), at(1))))).toEqual([
        [
          'STATE#USER',
          `${OF_ROOT} AND verifiedPhone = :codeWentTo AND ` +
            '(attribute_not_exists(otpSmsFailedAttempts.lockedUntil) OR otpSmsFailedAttempts.lockedUntil <= :judgedAt)',
        ],
        ['STATE#FACTOR#OTP_SMS', '#sequence = :decidedOn AND attribute_exists(pk)'],
        [
          'STATE#CODE#OTP_SMS',
          '#sequence = :decidedOn AND expiresAt > :judgedAt AND failedAttempts < :triesPerCode AND ' +
            'challengeHash = :challengeHash',
        ],
        ['EVENT#00000000000000000005', 'attribute_not_exists(pk)'],
      ]);
    }
  });

  it('that follows another within the same millisecond still sets the time of change', () => {
    const verified = given([facts.changed(A), facts.verified(A)]);
    const enrolled = when(verified, addOtpSms, undefined, at(0)).after;
    const [root] = toWrites('T', 'u', when(enrolled, removeOtpSms, undefined, at(0)));
    expect(root?.Update).toMatchObject({
      UpdateExpression: 'ADD #sequence :events SET #changeDate = :changeDate',
      ExpressionAttributeValues: { ':events': 1, ':decidedOn': 3, ':changeDate': T0 },
    });
  });

  it('that removes takes attributes and items away', () => {
    const enrolled = given([facts.changed(A), facts.verified(A), facts.added]);
    const writes = toWrites('T', 'u', when(enrolled, removePhone, undefined, at(1)));
    expect(writes[0]?.Update).toMatchObject({
      UpdateExpression: 'ADD #sequence :events SET #changeDate = :changeDate REMOVE #phone, #verifiedPhone',
      ExpressionAttributeValues: { ':events': 2, ':decidedOn': 3 },
    });
    expect(writes[1]?.Delete).toMatchObject({
      Key: { sk: 'STATE#FACTOR#OTP_SMS' },
      ConditionExpression: '#sequence = :decidedOn',
      ExpressionAttributeValues: { ':decidedOn': 3 },
    });
  });

  it('that erases leaves a tombstone, and no event in the log', () => {
    const challenged = given([facts.changed(A), facts.verified(A), facts.added, facts.challenged('good')]);
    const byOperator = at(1, { stepUp: { by: 'OPERATOR', reason: 'asked for it' } });
    const writes = toWrites('T', 'u', when(challenged, erase, undefined, byOperator));
    expect(conditions(writes)).toEqual([
      ['STATE#USER', '#sequence = :decidedOn AND creationDate = :begunAt'],
      ['STATE#FACTOR#OTP_SMS', '#sequence = :decidedOn'],
      ['STATE#CODE#OTP_SMS', '#sequence = :decidedOn'],
    ]);
    expect(writes[0]?.Update?.UpdateExpression).toBe(
      'ADD #sequence :events SET #changeDate = :changeDate, #erasedAt = :erasedAt ' +
        'REMOVE #phone, #verifiedPhone, #otpSmsAdditions, #otpSmsResendBackoff, #otpSmsSends',
    );
    expect(writes.slice(1).every(({ Delete }) => Delete)).toBe(true);
  });
});
