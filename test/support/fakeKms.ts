import { createHmac } from 'node:crypto';
import { type AwsAnswer, type AwsRequest, done, startFakeAws } from './fakeAws.ts';

/** What a request asks the MAC of. */
export const macMessage = ({ input }: AwsRequest): string => Buffer.from(String(input.Message), 'base64').toString();

/** Computes real HMACs under a key that nobody else has. */
export const hmacUnder =
  (key: Buffer): AwsAnswer =>
  (request, ...rest) => {
    const Mac = createHmac('sha256', key).update(macMessage(request)).digest('base64');
    done({ KeyId: request.input.KeyId, Mac, MacAlgorithm: request.input.MacAlgorithm })(request, ...rest);
  };

/** An AWS KMS that fails for those users for whom it is told to. */
export const startFakeKms = async (key: Buffer) => {
  const kms = await startFakeAws('AWS_ENDPOINT_URL_KMS');
  const fates = new Map<string, AwsAnswer>();
  const userOf = (request: AwsRequest): string => JSON.parse(macMessage(request))[2];
  kms.answer((request, ...rest) => (fates.get(userOf(request)) ?? hmacUnder(key))(request, ...rest));
  return {
    /** IdempotencyRecords like this for a user, or as it should without. */
    spoil(user: string, how?: AwsAnswer) {
      if (how) fates.set(user, how);
      else fates.delete(user);
    },
    /** The requests for a user. */
    requests: (user: string) => kms.requests.filter((request) => userOf(request) === user),
  };
};
