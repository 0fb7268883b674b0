import { SMS_SETTINGS } from './package.ts';

/** A statement of a policy. */
export type Statement = { readonly Effect: string; readonly Action: string[]; readonly Resource: unknown };
/** A statement that allows actions. */
export const allow = (Action: string[], Resource: unknown): Statement => ({ Effect: 'Allow', Action, Resource });
/** The ARN of a resource of the template. */
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const items = (...actions: readonly string[]) => actions.map((action) => `dynamodb:${action}`);
const RECORDS = allow(items('Query', 'GetItem', 'PutItem', 'UpdateItem'), arnOf('Table'));
const CHECKS_FACTOR = allow(items('ConditionCheckItem'), arnOf('Table'));
const REMOVES = allow(items('Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'), arnOf('Table'));
const SUPPORTS = allow(items('Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'), arnOf('Table'));
const READS = allow(items('Query'), arnOf('Table'));
const HASHES = allow(['kms:GenerateMac'], arnOf('CodeKey'));
const SIGNS = allow(['kms:Sign', 'kms:GetPublicKey'], arnOf('ProofKey'));
const READS_PROOF_KEY = allow(['kms:GetPublicKey'], arnOf('ProofKey'));

const ofSms = (resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:sms-voice:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});
const LOOKS = allow(items('BatchGetItem'), arnOf('Table'));
const SENDS = allow(
  ['sms-voice:SendTextMessage'],
  [{ 'Fn::Sub': SMS_SETTINGS.SMS_ORIGINATION_IDENTITY }, ofSms('configuration-set/'), ofSms('protect-configuration/')],
);

/** AWS knows no narrower resource for these two. */
export const TRACES = allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');

/** What a reader may do besides where the phones in tokens are trusted. */
export const ADOPTS = allow(items('PutItem', 'UpdateItem'), arnOf('Table'));

/** What functions that publish or verify may do besides where the key of proofs was rotated. */
export const READS_FORMER_PROOF_KEY = allow(['kms:GetPublicKey'], {
  'Fn::Sub': `arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:key/`,
});

/** What each function may do beside writing its own log and its traces. */
export const MAY: Readonly<Record<string, readonly Statement[]>> = {
  addOtpSms: [RECORDS],
  removeOtpSms: [REMOVES, READS_PROOF_KEY],
  listAuthFactors: [READS],
  getPhone: [READS],
  setPhone: [REMOVES, HASHES, LOOKS, SENDS, READS_PROOF_KEY],
  verifyPhone: [REMOVES, CHECKS_FACTOR, HASHES, READS_PROOF_KEY],
  resendPhoneVerification: [RECORDS, HASHES, LOOKS, SENDS, READS_PROOF_KEY],
  removePhone: [REMOVES, CHECKS_FACTOR, READS_PROOF_KEY],
  challengeOtpSms: [RECORDS, HASHES, LOOKS, SENDS],
  checkOtpSms: [REMOVES, HASHES, SIGNS],
  jwks: [READS_PROOF_KEY],
  rpc: [REMOVES, CHECKS_FACTOR, HASHES, LOOKS, SENDS, SIGNS],
  challengeUserOtpSms: [RECORDS, HASHES, LOOKS, SENDS],
  checkUserOtpSms: [REMOVES, HASHES, SIGNS],
  getUserOtpSms: [READS],
  unlockUserOtpSms: [RECORDS],
  removeUserOtpSms: [REMOVES, READS_PROOF_KEY],
  setUserPhone: [REMOVES, CHECKS_FACTOR, HASHES, LOOKS, SENDS, READS_PROOF_KEY],
  removeUserPhone: [REMOVES, CHECKS_FACTOR, READS_PROOF_KEY],
  listUserEvents: [READS],
  deleteUser: [SUPPORTS],
  addUserOtpSms: [RECORDS],
  verifyUserPhone: [REMOVES, CHECKS_FACTOR, HASHES, READS_PROOF_KEY],
  resendUserPhoneCode: [RECORDS, HASHES, LOOKS, SENDS, READS_PROOF_KEY],
  listUserMethods: [READS],
  listUserFactors: [READS],
  support: [SUPPORTS],
};

type Policy = { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };
type Chosen = { readonly 'Fn::If': readonly [condition: string, one: Policy, other: unknown] };

/** What the role of a function grants where none of its conditions holds, and what each condition adds. */
export const grantsOf = (policies: readonly (Policy | Chosen)[]) => {
  const statements = (policy: Policy) => policy.PolicyDocument.Statement;
  return {
    always: policies.flatMap((policy) => ('Fn::If' in policy ? [] : statements(policy))),
    where: policies.flatMap((policy) =>
      'Fn::If' in policy ? [{ condition: policy['Fn::If'][0], statements: statements(policy['Fn::If'][1]) }] : [],
    ),
  };
};
