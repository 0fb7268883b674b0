import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { AwsService } from './gate.ts';

const done = (body: object) => ({ status: 200, body });
const failed = (status: number, type: string, more: object = {}) => ({ status, body: { __type: type, ...more } });

/** An AWS KMS whose HMAC key and signing key (PKCS #8) are these, in base64. */
export const createKms = (codeKey: string, proofKey: string): AwsService => {
  const signingKey = () => createPrivateKey({ key: Buffer.from(proofKey, 'base64'), format: 'der', type: 'pkcs8' });
  return async (operation, { KeyId, Message, MacAlgorithm, SigningAlgorithm }) => {
    const message = Buffer.from(String(Message), 'base64');
    switch (operation) {
      case 'GenerateMac': {
        const mac = createHmac('sha256', Buffer.from(codeKey, 'base64')).update(message);
        return done({ KeyId, MacAlgorithm, Mac: mac.digest('base64') });
      }
      case 'Sign':
        return done({ KeyId, SigningAlgorithm, Signature: sign('sha256', message, signingKey()).toString('base64') });
      case 'GetPublicKey': {
        const spki = createPublicKey(signingKey()).export({ format: 'der', type: 'spki' });
        return done({ KeyId, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', PublicKey: spki.toString('base64') });
      }
      default:
        return failed(400, 'UnknownOperationException');
    }
  };
};

/** How AWS End User Messaging says what the inbox says of a number. */
const REFUSALS: Readonly<Record<string, string>> = {
  SMS_COUNTRY_BLOCKED: 'DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION',
  SMS_OPTED_OUT: 'DESTINATION_PHONE_NUMBER_OPTED_OUT',
  SMS_PRICE_TOO_HIGH: 'PRICE_OVER_THRESHOLD',
  SMS_SPEND_LIMIT_REACHED: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
};

/** An AWS End User Messaging that hands its messages to an inbox. */
export const createSms =
  (inboxUrl: string): AwsService =>
  async (operation, { DestinationPhoneNumber, MessageBody }) => {
    if (operation !== 'SendTextMessage') return failed(400, 'UnknownOperationException');
    const answer = await fetch(inboxUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ to: DestinationPhoneNumber, body: MessageBody }),
    });
    if (answer.ok) return done({ MessageId: 'message' });
    const { reason } = (await answer.json()) as { readonly reason: string };
    if (REFUSALS[reason]) return failed(400, 'ConflictException', { Reason: REFUSALS[reason] });
    if (reason !== 'SMS_NOT_DELIVERABLE') return failed(500, 'InternalServerException');
    const Fields = [{ Name: 'DestinationPhoneNumber', Message: 'injected' }];
    return failed(400, 'ValidationException', { Reason: 'INVALID_PARAMETER', Fields });
  };
