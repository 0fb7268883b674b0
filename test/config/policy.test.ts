import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../lib/config/policy.ts';

const reading = (env: Record<string, string>) => () =>
  readPolicy({ DEFAULT_RESOURCE_OWNER: 'owner', PROOF_ISSUER: 'https://api.example', ...env });

describe('what a deployment chooses about the rules', () => {
  it('is safe where nothing is said: no country is open, and step-up is required', () => {
    expect(reading({})()).toEqual({
      defaultOwner: 'owner',
      codeLife: 300,
      codeDigits: 6,
      firstWait: 30,
      messagesPerDay: 10,
      lockAfter: 10,
      stepUp: { acrValues: [], amrValues: [] },
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

  it('needs what step-up is done with, or that it is switched off by name', () => {
    const bare = { PROOF_ISSUER: '' };
    expect(reading(bare)).toThrow('Set PROOF_ISSUER: ');
    expect(reading({ ...bare, STEP_UP: 'required' })).toThrow('Set PROOF_ISSUER: ');
    expect(reading({ ...bare, STEP_UP: 'off' })().stepUp).toBe('off');
    expect(reading({ ...bare, STEP_UP_ACR_VALUES: 'phr, phrh' })().stepUp).toEqual({
      acrValues: ['phr', 'phrh'],
      amrValues: [],
    });
    expect(reading({ ...bare, STEP_UP_AMR_VALUES: 'hwk' })().stepUp).toEqual({ acrValues: [], amrValues: ['hwk'] });
  });

  it.each<[string, string[]]>([
    ['CODE_LIFE_SECONDS', ['0', '29', '601', '-300', '300s', '1e2', '4.5']],
    ['SMS_BUDGET_USER', ['0', '101', '-1', '1.5', 'many', '1e1']],
    ['OTP_SMS_DIGITS', ['5', '9', 'six', '0x6']],
    ['RESEND_WAIT_SECONDS', ['0', '3601', '-1', 'none']],
    ['LOCK_AFTER_FAILURES', ['0', '101', '-1', 'never', 'Infinity']],
    ['STEP_UP', ['Off', 'none', 'false', '0']],
    ['STEP_UP_ACR_VALUES', ['pwd', 'pin', 'kba', 'user', '0', '1', 'phr,pwd', 'a"b', 'a b']],
    ['STEP_UP_AMR_VALUES', ['pwd', 'pin', 'kba', 'user', '0', '1', 'otp,pin']],
    [
      'SMS_COUNTRIES',
      ['UK', 'ch', 'Switzerland', 'CHE', '41', '+41', 'all,CH', 'CH,all', 'ALL', '*', 'CH;DE', 'CH DE'],
    ],
  ])('%s is refused at start when it is one of %j: nothing turns a limit off', (name, values) => {
    for (const value of values) expect(reading({ [name]: value }), value).toThrow(`Set ${name} to `);
  });
});
