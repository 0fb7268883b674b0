/** A statement of a policy. */
export type Statement = { readonly Effect: string; readonly Action: string[]; readonly Resource: unknown };
/** A statement that allows actions. */
export const allow = (Action: string[], Resource: unknown): Statement => ({ Effect: 'Allow', Action, Resource });
/** The ARN of a resource of the template. */
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const ITEMS = ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const RECORDS = allow(ITEMS, arnOf('Table'));
const REMOVES = allow([...ITEMS, 'dynamodb:DeleteItem'], arnOf('Table'));
const READS = allow(
  ITEMS.filter((action) => action !== 'dynamodb:GetItem'),
  arnOf('Table'),
);
const HASHES = allow(['kms:GenerateMac'], arnOf('CodeKey'));
const SENDS = allow(['sms-voice:SendTextMessage'], { Ref: 'SmsOriginationIdentity' });
const SIGNS = allow(['kms:Sign', 'kms:GetPublicKey'], arnOf('ProofKey'));
const PUBLISHES = allow(['kms:GetPublicKey'], arnOf('ProofKey'));

/** AWS knows no narrower resource for these two. */
export const TRACES = allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']);

/** What each function may do beside writing its own log and its traces. */
export const MAY: Readonly<Record<string, readonly Statement[]>> = {
  addOtpSms: [RECORDS],
  removeOtpSms: [REMOVES],
  listAuthFactors: [READS],
  getPhone: [READS],
  setPhone: [RECORDS, HASHES, SENDS],
  verifyPhone: [REMOVES, HASHES],
  resendPhoneVerification: [RECORDS, HASHES, SENDS],
  removePhone: [REMOVES],
  challengeOtpSms: [RECORDS, HASHES, SENDS],
  checkOtpSms: [REMOVES, HASHES, SIGNS],
  jwks: [PUBLISHES],
  rpc: [REMOVES, HASHES, SENDS, SIGNS],
};
