import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate for this machine and its key, both PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

/** X.690: tags of the types that a certificate is made of. */
const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, text: 0x0c, time: 0x17, sequence: 0x30, set: 0x31 };

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};

const oid = (hex: string): Buffer => der(TAG.oid, Buffer.from(hex, 'hex'));

/** sha256WithRSAEncryption (RFC 4055, section 5). */
const ALGORITHM = der(TAG.sequence, oid('2a864886f70d01010b'), Buffer.from([5, 0]));

const COMMON_NAME = oid('550403');
const SUBJECT_ALTERNATIVE_NAME = oid('551d11');

const DAY = 86_400_000;

const utcTime = (date: Date): Buffer =>
  der(TAG.time, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

/** Makes a self-signed RSA certificate (RFC 5280, section 4.1) for `localhost`, valid for a day. */
export const createCertificate = (): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = der(TAG.sequence, der(TAG.set, der(TAG.sequence, COMMON_NAME, der(TAG.text, Buffer.from('localhost')))));
  const names = der(TAG.sequence, der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const body = der(
    TAG.sequence,
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ALGORITHM,
    name,
    der(TAG.sequence, utcTime(new Date(Date.now() - DAY)), utcTime(new Date(Date.now() + DAY))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(TAG.sequence, der(TAG.sequence, SUBJECT_ALTERNATIVE_NAME, der(TAG.octets, names)))),
  );
  const signature = der(TAG.bits, Buffer.from([0]), sign('sha256', body, privateKey));
  const lines =
    der(TAG.sequence, body, ALGORITHM, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
