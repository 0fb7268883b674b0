import { createServer } from 'node:http';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createInbox } from '../../infra/local/inbox.ts';
import { createIssuer } from '../../infra/local/issuer.ts';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { serveDevelopment } from '../../infra/local/server.ts';
import { ApiError } from '../../lib/errors/errors.ts';
import { createAwsSender } from '../../lib/sms/aws.ts';
import { createInboxSender } from '../../lib/sms/inbox.ts';
import { SMS_REASONS, type SmsReason } from '../../lib/sms/refusals.ts';
import type { Message, SmsSender } from '../../lib/sms/sender.ts';
import { users } from '../support/api.ts';
import { failingNumber } from '../support/failingNumber.ts';
import {
  type AwsAnswer,
  type AwsRequest,
  closes,
  done,
  fails,
  keepsSilent,
  resets,
  says,
  stallsHalfWay,
  startFakeAws,
} from '../support/fakeAws.ts';

/** An adapter with the network behind it, as far as the contract speaks of them. */
type Line = {
  readonly sender: SmsSender;
  /** What arrived. */
  readonly delivered: () => readonly Message[];
  /** A number that the network refuses for a reason. */
  readonly refused: (reason: SmsReason) => string;
  /** A sender whose network fails in a way for a number, and how many requests it has seen of that. */
  readonly failing: (to: string, how: AwsAnswer) => Promise<{ sender: SmsSender; requests: () => number }>;
};

let count = 0;
/** A number that no other test has. */
const numbers = () => `+4179123${String(count++).padStart(4, '0')}`;

const network = await startFakeAws('AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2');

/** What becomes of messages by their number; others are delivered. */
const fates = new Map<string, AwsAnswer>();
const numberOf = ({ input }: AwsRequest) => String(input.DestinationPhoneNumber);
network.answer((request, ...rest) => (fates.get(numberOf(request)) ?? done({ MessageId: 'id' }))(request, ...rest));

const AWS_REFUSALS: Record<SmsReason, AwsAnswer> = {
  SMS_COUNTRY_BLOCKED: fails(400, 'ConflictException', {
    Reason: 'DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION',
  }),
  SMS_OPTED_OUT: fails(400, 'ConflictException', { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }),
  SMS_SPEND_LIMIT_REACHED: fails(400, 'ServiceQuotaExceededException', {
    Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
  }),
  SMS_PRICE_TOO_HIGH: fails(400, 'ValidationException', { Reason: 'PRICE_OVER_THRESHOLD' }),
  SMS_NOT_DELIVERABLE: fails(400, 'ValidationException', {
    Reason: 'INVALID_PARAMETER',
    Fields: [{ Name: 'DestinationPhoneNumber', Message: 'not a mobile number' }],
  }),
  SMS_UNAVAILABLE: fails(500, 'InternalServerException'),
};

const awsLine = async (): Promise<Line> => {
  const sender = createAwsSender({
    originationIdentity: 'pool',
    protectConfigurationId: null,
    configurationSetName: null,
    maxPrice: '0.15',
  });
  const since = network.requests.length;
  return {
    sender,
    delivered: () =>
      network.requests.slice(since).map((request) => ({
        to: numberOf(request),
        body: String(request.input.MessageBody),
        timeToLive: Number(request.input.TimeToLive),
      })),
    refused(reason) {
      const to = numbers();
      fates.set(to, AWS_REFUSALS[reason]);
      return to;
    },
    async failing(to, how) {
      fates.set(to, how);
      return { sender, requests: () => network.requests.filter((request) => numberOf(request) === to).length };
    },
  };
};

const inboxLine = async (): Promise<Line> => {
  const port = await freePort();
  const url = `http://${LOOPBACK}:${port}`;
  const inbox = createInbox();
  const taken: Message[] = [];
  const receive: typeof inbox.receive = (message) => {
    taken.push(message);
    return inbox.receive(message);
  };
  const server = await serveDevelopment({ issuer: await createIssuer(url), users, inbox: { ...inbox, receive } }, port);
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    sender: createInboxSender(`${url}/messages`),
    delivered: () => taken,
    refused: failingNumber,
    async failing(_to, how) {
      let requests = 0;
      const broken = createServer((incoming, response) => {
        requests += 1;
        how({ target: '', input: {} }, response, incoming);
      });
      const brokenPort = await freePort();
      await new Promise<void>((resolve) => broken.listen(brokenPort, LOOPBACK, resolve));
      afterAll(() => {
        broken.close();
        broken.closeAllConnections();
      });
      return { sender: createInboxSender(`http://${LOOPBACK}:${brokenPort}`), requests: () => requests };
    },
  };
};

const message = (to = numbers()): Message => ({
  to,
  body: '123456 is a code with ä and @\n\n@host #123456',
  timeToLive: 300,
});

const refusalOf = (sending: Promise<void>) => sending.then(() => undefined).catch((error: unknown) => error);

const RETRY_AFTER: { readonly [R in SmsReason]?: number } = { SMS_SPEND_LIMIT_REACHED: 3_600, SMS_UNAVAILABLE: 30 };

describe.each([
  ['aws', awsLine],
  ['inbox', inboxLine],
])('the sender %s', (_, start) => {
  it('delivers a message once, as it is', async () => {
    const { sender, delivered } = await start();
    const sent = message();

    await sender.send(sent, AbortSignal.timeout(5_000));

    expect(delivered()).toEqual([sent]);
  });

  it.each(SMS_REASONS)('says %s in words of its own, after one request', async (reason) => {
    const { sender, refused, delivered } = await start();

    const refusal = await refusalOf(sender.send(message(refused(reason))));

    expect(refusal).toBeInstanceOf(ApiError);
    expect(refusal).toMatchObject({ reason, retryAfter: RETRY_AFTER[reason], metadata: {} });
    expect(delivered()).toHaveLength(1);
  });

  it.concurrent.each<[string, AwsAnswer]>([
    ['breaks the connection', resets],
    ['closes the connection', closes],
    ['answers 500', says(500, '<html>Oh</html>')],
    ['answers 503 without a body', says(503, '')],
    ['never answers', keepsSilent],
    ['stops half-way', stallsHalfWay],
  ])('does not know, and does not try again, when the network %s', async (_name, how) => {
    const sent = message();
    const { sender, requests } = await (await start()).failing(sent.to, how);
    const begin = performance.now();

    const refusal = await refusalOf(sender.send(sent));

    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(refusal).toMatchObject({ reason: 'SMS_UNAVAILABLE', retryAfter: 30 });
    expect(requests()).toBe(1);
  });

  it("ends with the function's time", async () => {
    const sent = message();
    const { sender, requests } = await (await start()).failing(sent.to, keepsSilent);

    const time = new AbortController();
    const refusal = refusalOf(sender.send(sent, time.signal));
    await vi.waitFor(() => expect(requests()).toBe(1));
    time.abort();

    expect(await refusal).toMatchObject({ reason: 'SMS_UNAVAILABLE' });
    expect((((await refusal) as ApiError).cause as Error).name).toBe('AbortError');
    expect(requests()).toBe(1);
  });
});
