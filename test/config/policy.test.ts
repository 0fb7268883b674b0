import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../lib/config/policy.ts';

const reading = (env: Record<string, string>) => () => readPolicy({ DEFAULT_RESOURCE_OWNER: 'owner', ...env });

describe('what a deployment chooses about the rules', () => {
  it('is safe where nothing is said: no country is open', () => {
    expect(reading({})()).toEqual({
      defaultOwner: 'owner',
      codeLife: 300,
      codeDigits: 6,
      firstWait: 30,
      messagesPerDay: 10,
      lockAfter: 10,
      stepUpRequired: false,
      countries: new Set(),
    });
  });

  it('is taken from the variables', () => {
    expect(
      reading({
        CODE_LIFE_SECONDS: '600',
        OTP_SMS_DIGITS: '8',
        RESEND_WAIT_SECONDS: '1',
        SMS_BUDGET_USER: '100',
        LOCK_AFTER_FAILURES: '100',
        SMS_COUNTRIES: ' CH, DE,,AT ',
      })(),
    ).toMatchObject({
      codeLife: 600,
      codeDigits: 8,
      firstWait: 1,
      messagesPerDay: 100,
      lockAfter: 100,
      countries: new Set(['CH', 'DE', 'AT']),
    });
    expect(reading({ SMS_COUNTRIES: 'all' })().countries).toBe('all');
  });

  it.each<[string, string[]]>([
    ['CODE_LIFE_SECONDS', ['0', '29', '601', '-300', '300s', '1e2', '4.5']],
    ['SMS_BUDGET_USER', ['0', '101', '-1', '1.5', 'many', '1e1']],
    ['OTP_SMS_DIGITS', ['5', '9', 'six', '0x6']],
    ['RESEND_WAIT_SECONDS', ['0', '3601', '-1', 'none']],
    ['LOCK_AFTER_FAILURES', ['0', '101', '-1', 'never', 'Infinity']],
    [
      'SMS_COUNTRIES',
      ['UK', 'ch', 'Switzerland', 'CHE', '41', '+41', 'all,CH', 'CH,all', 'ALL', '*', 'CH;DE', 'CH DE'],
    ],
  ])('%s is refused at start when it is one of %j: nothing turns a limit off', (name, values) => {
    for (const value of values) expect(reading({ [name]: value }), value).toThrow(`Set ${name} to `);
  });
});
