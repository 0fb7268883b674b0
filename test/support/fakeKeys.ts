import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { type AwsAnswer, done, startFakeAws } from './fakeAws.ts';
import { hmacUnder, macMessage } from './fakeKms.ts';

const ARN = 'arn:aws:kms:eu-central-1:123456789012:key';

/** An AWS KMS with a key for codes and one for proofs, and the settings of functions that use them. */
export const startFakeKeys = async () => {
  const kms = await startFakeAws('AWS_ENDPOINT_URL_KMS');
  const codeKey = randomBytes(32);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let refusal: AwsAnswer | undefined;

  const answers: Readonly<Record<string, AwsAnswer>> = {
    'TrentService.GenerateMac': hmacUnder(codeKey),
    'TrentService.GetPublicKey': done({
      PublicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    }),
    'TrentService.Sign': (request, ...rest) => {
      const message = Buffer.from(String(request.input.Message), 'base64');
      const answer = refusal ?? done({ Signature: sign('sha256', message, privateKey).toString('base64') });
      answer(request, ...rest);
    },
  };
  kms.answer((request, ...rest) => answers[request.target]?.(request, ...rest));
  const requests = (target: string) => kms.requests.filter((request) => request.target === `TrentService.${target}`);
  const macs = (user: string): number =>
    requests('GenerateMac').filter((request) => macMessage(request).includes(user)).length;

  return {
    settings: {
      CODE_KEY: '',
      CODE_KEY_ID: `${ARN}/codes`,
      PROOF_KEY_ID: `${ARN}/proofs`,
      PROOF_ISSUER: 'https://api.example',
    },
    /** How many MACs of a user's codes were asked for. */
    macs,
    /** How many proofs of a user were signed, or would have been. */
    signatures: (user: string): number =>
      requests('Sign').filter(({ input }) =>
        Buffer.from(String(Buffer.from(String(input.Message), 'base64')).split('.')[1] ?? '', 'base64url')
          .toString()
          .includes(user),
      ).length,
    /** Has the key for proofs answer like this, or as it should without. */
    spoilSignatures(how?: AwsAnswer) {
      refusal = how;
    },
    /** Ends when so many MACs of a user's codes were asked for. */
    async macsReach(user: string, count: number): Promise<void> {
      while (macs(user) < count) await new Promise((resolve) => setImmediate(resolve));
    },
  };
};
