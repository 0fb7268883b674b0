import { describe, expect, it } from 'vitest';
import { readSendingSettings } from '../../lib/config/sms.ts';

const COMPLETE = {
  SMS_ORIGIN_HOST: 'example.com',
  SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:eu-central-1:123456789012:pool/1',
};

const BUDGETS = [
  'NUMBER',
  'ADDRESS',
  'COUNTRY',
  'COUNTRY_DAY',
  'SERVICE',
  'SERVICE_DAY',
  'LOGIN_NUMBER',
  'LOGIN_COUNTRY',
  'LOGIN_COUNTRY_DAY',
  'LOGIN_SERVICE',
  'LOGIN_SERVICE_DAY',
  'CALLER',
];

const hour = (messages: number) => ({ messages, windowSeconds: 3_600 });
const day = (messages: number) => ({ messages, windowSeconds: 86_400 });

const reading = (changed: Record<string, string | undefined>) => () => readSendingSettings({ ...COMPLETE, ...changed });

describe('how codes are sent', () => {
  it('is safe where nothing is said', () => {
    expect(reading({})()).toEqual({
      host: 'example.com',
      budgets: {
        PHONE: {
          number: day(10),
          nets: [hour(50), hour(100), hour(400)],
          country: [hour(1_000), day(5_000)],
          service: [hour(5_000), day(20_000)],
          caller: hour(5_000),
        },
        OTP_SMS: {
          number: day(30),
          nets: [],
          country: [hour(5_000), day(20_000)],
          service: [hour(20_000), day(80_000)],
          caller: hour(5_000),
        },
      },
      via: {
        aws: {
          originationIdentity: 'arn:aws:sms-voice:eu-central-1:123456789012:pool/1',
          protectConfigurationId: null,
          configurationSetName: null,
          maxPrice: '0.15',
        },
      },
    });
  });

  it('is taken from the variables', () => {
    const { budgets, via } = reading({
      SMS_PROTECT_CONFIGURATION_ID: 'protect-1',
      SMS_CONFIGURATION_SET: ' set-1 ',
      SMS_MAX_PRICE: '0.08500',
      ...Object.fromEntries(BUDGETS.map((name, index) => [`SMS_BUDGET_${name}`, String(index + 1)])),
    })();
    expect(budgets).toEqual({
      PHONE: {
        number: day(1),
        nets: [hour(2), hour(4), hour(16)],
        country: [hour(3), day(4)],
        service: [hour(5), day(6)],
        caller: hour(12),
      },
      OTP_SMS: {
        number: day(7),
        nets: [],
        country: [hour(8), day(9)],
        service: [hour(10), day(11)],
        caller: hour(12),
      },
    });
    expect(via).toMatchObject({
      aws: { protectConfigurationId: 'protect-1', configurationSetName: 'set-1', maxPrice: '0.08500' },
    });
  });

  it('goes to the inbox where there is one', () => {
    const SMS_INBOX_URL = 'http://127.0.0.1:3001/messages';
    expect(reading({ SMS_INBOX_URL, SMS_ORIGINATION_IDENTITY: undefined })().via).toEqual({ inbox: SMS_INBOX_URL });
  });

  it.each(['localhost', 'a.b', 'login.example-shop.co.uk', '127.0.0.1', 'w'.repeat(40)])('to the host %s', (host) => {
    expect(reading({ SMS_ORIGIN_HOST: host })().host).toBe(host);
  });
});

describe('what is refused at start, with the name of the variable', () => {
  it.each<[string, (string | undefined)[]]>([
    ['SMS_ORIGIN_HOST', [undefined, '', ' ', 'https://example.com', 'example.com/', 'example.com:443', 'ex ample.com']],
    ['SMS_ORIGIN_HOST', ['exämple.com', '.example.com', 'example..com', '-example.com', 'example-.com', 'a #1']],
    ['SMS_ORIGIN_HOST', ['w'.repeat(41)]],
    ['SMS_ORIGINATION_IDENTITY', [undefined, '', ' ', 'pool-1', 'arn:aws:sms-voice:eu-central-1:1:pool/1']],
    ['SMS_INBOX_URL', ['http://inbox.example', 'inbox', 'ftp://127.0.0.1']],
    ['SMS_MAX_PRICE', ['free', '1', '-0.10', '0,10', '.5', '100.0', '0.123456', '0.1 USD', '1e1']],
    ...BUDGETS.map((scope): [string, string[]] => [
      `SMS_BUDGET_${scope}`,
      ['0', '-1', '1.5', 'many', '10000001', '1e3', '0x10', 'Infinity', '9'.repeat(400)],
    ]),
  ])('%s %j', (name, values) => {
    for (const value of values) expect(reading({ [name]: value }), String(value)).toThrow(`Set ${name}`);
  });
});

describe('an identity of another region', () => {
  it('is refused, since no message could ever be sent from it', () => {
    expect(reading({ AWS_REGION: 'eu-central-1' })).not.toThrow();
    expect(reading({ AWS_REGION: 'us-east-1' })).toThrow(
      'Set SMS_ORIGINATION_IDENTITY to one of us-east-1, where the stack is: this one is of eu-central-1',
    );
  });
});
