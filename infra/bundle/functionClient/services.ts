/** What a client has to know of its service, beside the errors of it. */
export type Service = {
  /** What its host is called within a region; requests are signed for the same name. */
  readonly name: string;
  /** The variable that names another endpoint. */
  readonly endpointVariable: string;
  /** Version of AWS JSON, and what stands before the operation in X-Amz-Target. */
  readonly version: '1.0' | '1.1';
  readonly target: string;
  /** Fields of answers that are bytes. */
  readonly bytes: readonly string[];
  /** By operation, the field that makes it safe to repeat: filled where it is not given. */
  readonly tokens: Readonly<Record<string, string>>;
};

export const DYNAMODB: Service = {
  name: 'dynamodb',
  endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
  version: '1.0',
  target: 'DynamoDB_20120810',
  bytes: ['B'],
  tokens: { TransactWriteItems: 'ClientRequestToken' },
};

export const KMS: Service = {
  name: 'kms',
  endpointVariable: 'AWS_ENDPOINT_URL_KMS',
  version: '1.1',
  target: 'TrentService',
  bytes: ['Mac', 'PublicKey', 'Signature'],
  tokens: {},
};

export const SMS_VOICE: Service = {
  name: 'sms-voice',
  endpointVariable: 'AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2',
  version: '1.0',
  target: 'PinpointSMSVoiceV2',
  bytes: [],
  tokens: {},
};

/** By how a region begins, where its hosts are other than under amazonaws.com. */
const SUFFIXES: readonly (readonly [region: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
];

/** Where a service is in a region, without FIPS, dual-stack or endpoints of an account. */
export const endpointOf = ({ name, endpointVariable }: Service, region: string): URL => {
  const { [endpointVariable]: own, AWS_ENDPOINT_URL: common } = process.env;
  const [, suffix] = SUFFIXES.find(([start]) => region.startsWith(start)) ?? ['', 'amazonaws.com'];
  return new URL(own ?? common ?? `https://${name}.${region}.${suffix}`);
};
