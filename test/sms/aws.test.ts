import { describe, expect, it } from 'vitest';
import { createAwsSender } from '../../lib/sms/aws.ts';
import { done, fails, resets, says, startFakeAws } from '../support/fakeAws.ts';

const network = await startFakeAws('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2');

const SETTINGS = {
  originationIdentity: 'arn:aws:sms-voice:eu-central-1:123456789012:pool/pool-1',
  protectConfigurationId: 'protect-1',
  configurationSetName: 'set-1',
  maxPrice: '0.15',
};
const MESSAGE = { to: '+41791230000', body: '123456 is a code\n\n@host #123456', timeToLive: 300 };

const refusal = () =>
  createAwsSender(SETTINGS)
    .send(MESSAGE)
    .then(() => undefined)
    .catch((error: unknown) => error);

describe('the request', () => {
  it('says everything that keeps a message cheap, short-lived and ours', async () => {
    network.answer(done({ MessageId: 'id' }));

    await createAwsSender(SETTINGS).send(MESSAGE);

    expect(network.requests).toEqual([
      {
        target: 'PinpointSMSVoiceV2.SendTextMessage',
        input: {
          DestinationPhoneNumber: '+41791230000',
          OriginationIdentity: SETTINGS.originationIdentity,
          MessageBody: MESSAGE.body,
          MessageType: 'TRANSACTIONAL',
          ConfigurationSetName: 'set-1',
          MaxPrice: '0.15',
          TimeToLive: 300,
          ProtectConfigurationId: 'protect-1',
        },
      },
    ]);
  });

  it('leaves out what is not configured', async () => {
    network.answer(done({ MessageId: 'id' }));

    await createAwsSender({ ...SETTINGS, protectConfigurationId: null, configurationSetName: null }).send(MESSAGE);

    const names = Object.keys(network.requests[0]?.input ?? {});
    expect(names).not.toContain('ProtectConfigurationId');
    expect(names).not.toContain('ConfigurationSetName');
  });
});

const field = (...names: string[]) => names.map((Name) => ({ Name, Message: 'injected' }));

describe('a refusal of the network', () => {
  it.each([
    ['ConflictException', 'DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', 'SMS_COUNTRY_BLOCKED'],
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE', 'SMS_COUNTRY_BLOCKED'],
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT', 'SMS_OPTED_OUT'],
    ['ValidationException', 'DESTINATION_COUNTRY_BLOCKED', 'SMS_COUNTRY_BLOCKED'],
    ['ValidationException', 'COUNTRY_NOT_ENABLED', 'SMS_COUNTRY_BLOCKED'],
    ['ValidationException', 'INTERNATIONAL_SENDING_NOT_SUPPORTED', 'SMS_COUNTRY_BLOCKED'],
    ['ValidationException', 'INVALID_IDENTITY_FOR_DESTINATION_COUNTRY', 'SMS_COUNTRY_BLOCKED'],
    ['ValidationException', 'SENDER_ID_NOT_SUPPORTED', 'SMS_COUNTRY_BLOCKED'],
    ['ValidationException', 'PRICE_OVER_THRESHOLD', 'SMS_PRICE_TOO_HIGH'],
    ['ServiceQuotaExceededException', 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT', 'SMS_SPEND_LIMIT_REACHED'],
  ])('%s %s is %s', async (type, Reason, reason) => {
    network.answer(fails(400, type, { Reason }));

    expect(await refusal()).toMatchObject({ reason, cause: { code: Reason } });
  });

  it.each(['INVALID_PARAMETER', 'FIELD_VALIDATION_FAILED'])(
    '%s is about the number only if it says so',
    async (Reason) => {
      network.answer(fails(400, 'ValidationException', { Reason, Fields: field('DestinationPhoneNumber') }));
      expect(await refusal()).toMatchObject({
        reason: 'SMS_NOT_DELIVERABLE',
        cause: { code: `${Reason} DestinationPhoneNumber` },
      });

      for (const Fields of [[], field('OriginationIdentity'), field('DestinationPhoneNumber', 'MaxPrice')]) {
        network.answer(fails(400, 'ValidationException', { Reason, Fields }));
        expect(await refusal()).toMatchObject({ reason: 'INTERNAL', retryAfter: undefined });
      }
    },
  );

  it.each([
    ['AccessDeniedException', {}],
    ['AccessDeniedException', { Reason: 'ACCOUNT_DISABLED' }],
    ['ResourceNotFoundException', { ResourceType: 'protect-configuration' }],
    ['ConflictException', { Reason: 'MESSAGE_TYPE_MISMATCH' }],
    ['ValidationException', { Reason: 'MISSING_PARAMETER' }],
    ['ValidationException', { Reason: 'constructor' }],
    ['ValidationException', {}],
    ['ServiceQuotaExceededException', { Reason: 'POOLS_PER_ACCOUNT' }],
    ['UnrecognizedClientException', { Reason: 'PRICE_OVER_THRESHOLD' }],
    ['SomethingNewException', {}],
  ])('%s %j is a mistake of ours: no user can wait for it or mend it', async (type, members) => {
    network.answer(fails(400, type, members));

    expect(await refusal()).toMatchObject({ reason: 'INTERNAL', message: 'Something went wrong on our side' });
    expect(network.requests).toHaveLength(1);
  });

  it.each([
    ['ConflictException', 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED'],
    ['ConflictException', 'NO_ORIGINATION_IDENTITIES_FOUND'],
    ['ValidationException', 'SENDER_ID_NOT_REGISTERED'],
    ['ValidationException', 'SENDER_ID_REQUIRES_REGISTRATION'],
  ])(
    '%s %s is for the operator to mend: the log says what, the user is told nothing of the phone',
    async (type, Reason) => {
      network.answer(fails(400, type, { Reason }));

      const message = 'Something went wrong on our side';
      expect(await refusal()).toMatchObject({ reason: 'INTERNAL', message, cause: { code: Reason } });
      expect(network.requests).toHaveLength(1);
    },
  );

  it.each(['<html></html>', '{"MessageId":'])(
    'an answer that cannot be read says nothing of the message: %s',
    async (body) => {
      network.answer(says(200, body));

      expect(await refusal()).toMatchObject({ reason: 'SMS_UNAVAILABLE', retryAfter: 30 });
      expect(network.requests).toHaveLength(1);
    },
  );
});

describe('a message that is throttled', () => {
  const throttled = fails(400, 'ThrottlingException');

  it('was not accepted, and is offered again: it goes out once', async () => {
    let offers = 0;
    network.answer((...request) => (++offers < 3 ? throttled : done({ MessageId: 'id' }))(...request));

    expect(await refusal()).toBeUndefined();
    expect(network.requests).toHaveLength(3);
    const [first, ...others] = network.requests;
    expect(others).toEqual([first, first]);
  });

  it('is given up after three offers', async () => {
    network.answer(throttled);

    expect(await refusal()).toMatchObject({ reason: 'SMS_UNAVAILABLE', retryAfter: 30 });
    expect(network.requests).toHaveLength(3);
  });

  it.each([
    ['a connection that breaks', resets],
    ['an error of the network itself', fails(500, 'InternalServerException')],
  ])('is not offered again after %s', async (_, second) => {
    network.answer((...request) => (network.requests.length < 2 ? throttled : second)(...request));

    expect(await refusal()).toMatchObject({ reason: 'SMS_UNAVAILABLE' });
    expect(network.requests).toHaveLength(2);
  });

  it('is given up with the request', async () => {
    const request = new AbortController();
    network.answer((...request_) => {
      throttled(...request_);
      request.abort();
    });

    const sending = createAwsSender(SETTINGS).send(MESSAGE, request.signal);
    await expect(sending).rejects.toMatchObject({ reason: 'SMS_UNAVAILABLE' });
    expect(network.requests).toHaveLength(1);
  });
});
