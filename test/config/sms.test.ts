import { describe, expect, it } from 'vitest';
import { MAX_HOST, readSendingSettings } from '../../lib/config/sms.ts';

const COMPLETE = { SMS_ORIGIN_HOST: 'example.com', SMS_ORIGINATION_IDENTITY: 'arn:aws:sms-voice:…:pool/1' };

const reading = (changed: Record<string, string | undefined>) => () => readSendingSettings({ ...COMPLETE, ...changed });

describe('how codes are sent', () => {
  it('is safe where nothing is said', () => {
    expect(reading({})()).toEqual({
      host: 'example.com',
      budgets: {
        user: { messages: 10, window: 86_400 },
        number: { messages: 10, window: 86_400 },
        address: { messages: 50, window: 3_600 },
        country: { messages: 1_000, window: 3_600 },
        service: { messages: 5_000, window: 3_600 },
      },
      via: {
        aws: {
          originationIdentity: 'arn:aws:sms-voice:…:pool/1',
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
      SMS_BUDGET_USER: '1',
      SMS_BUDGET_NUMBER: '2',
      SMS_BUDGET_ADDRESS: '3',
      SMS_BUDGET_COUNTRY: '4',
      SMS_BUDGET_SERVICE: '10000000',
    })();
    expect(Object.entries(budgets).map(([scope, { messages }]) => [scope, messages])).toEqual([
      ['user', 1],
      ['number', 2],
      ['address', 3],
      ['country', 4],
      ['service', 10_000_000],
    ]);
    expect(via).toMatchObject({
      aws: { protectConfigurationId: 'protect-1', configurationSetName: 'set-1', maxPrice: '0.08500' },
    });
  });

  it('goes to the inbox where there is one', () => {
    const SMS_INBOX_URL = 'http://127.0.0.1:3001/messages';
    expect(reading({ SMS_INBOX_URL, SMS_ORIGINATION_IDENTITY: undefined })().via).toEqual({ inbox: SMS_INBOX_URL });
  });

  it.each(['localhost', 'a.b', 'login.example-shop.co.uk', '127.0.0.1', 'w'.repeat(MAX_HOST)])(
    'to the host %s',
    (host) => {
      expect(reading({ SMS_ORIGIN_HOST: host })().host).toBe(host);
    },
  );
});

describe('what is refused at start, with the name of the variable', () => {
  it.each<[string, (string | undefined)[]]>([
    ['SMS_ORIGIN_HOST', [undefined, '', ' ', 'https://example.com', 'example.com/', 'example.com:443', 'ex ample.com']],
    ['SMS_ORIGIN_HOST', ['exämple.com', '.example.com', 'example..com', '-example.com', 'example-.com', 'a #1']],
    ['SMS_ORIGIN_HOST', ['w'.repeat(MAX_HOST + 1)]],
    ['SMS_ORIGINATION_IDENTITY', [undefined, '', ' ']],
    ['SMS_INBOX_URL', ['http://inbox.example', 'inbox', 'ftp://127.0.0.1']],
    ['SMS_MAX_PRICE', ['free', '1', '-0.10', '0,10', '.5', '100.0', '0.123456', '0.1 USD', '1e1']],
    ...['USER', 'NUMBER', 'ADDRESS', 'COUNTRY', 'SERVICE'].map((scope): [string, string[]] => [
      `SMS_BUDGET_${scope}`,
      ['0', '-1', '1.5', 'many', '10000001', '1e3', '0x10', 'Infinity', '9'.repeat(400)],
    ]),
  ])('%s %j', (name, values) => {
    for (const value of values) expect(reading({ [name]: value }), String(value)).toThrow(`Set ${name}`);
  });
});
