import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { calculateJwkThumbprint, createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, LOOPBACK } from '../../infra/local/ports.ts';
import { createKmsSigner } from '../../lib/auth/kmsSigner.ts';
import { createLocalSigner } from '../../lib/auth/localSigner.ts';
import { toJwk } from '../../lib/auth/signer.ts';
import { readFormerProofKey, readProofKeySettings, readProofSettings } from '../../lib/config/proofs.ts';
import { serveKeySet } from '../../lib/http/serveKeySet.ts';
import { lambdaContext } from '../support/api.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });

const FORMER = '1234abcd-12ab-34cd-56ef-1234567890ab';
const former = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKeys: Readonly<Record<string, KeyObject>> = { 'key-1': publicKey, [FORMER]: former.publicKey };

/** AWS KMS as far as it signs: the real wire, a key of this process. */
let failure: readonly [status: number, type: string] | undefined;
const port = await freePort();
const kms = createServer(async (request, response) => {
  const input = JSON.parse(await text(request));
  if (failure) return response.writeHead(failure[0]).end(JSON.stringify({ __type: failure[1] }));
  const answer =
    request.headers['x-amz-target'] === 'TrentService.Sign'
      ? { Signature: sign('sha256', Buffer.from(input.Message, 'base64'), privateKey).toString('base64'), Asked: input }
      : { PublicKey: publicKeys[input.KeyId]?.export({ format: 'der', type: 'spki' }).toString('base64') };
  return response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
}).listen(port, LOOPBACK);
afterAll(() => {
  kms.close();
  kms.closeAllConnections();
});
process.env.AWS_ENDPOINT_URL_KMS = `http://${LOOPBACK}:${port}`;

describe.each([
  ['of this process', () => createLocalSigner(pkcs8)],
  ['of AWS KMS', () => createKmsSigner('key-1')],
])('a signer with a key %s', (_, create) => {
  const signer = create();

  it('signs as JOSE wants it, whatever the length of the numbers in DER', async () => {
    const key = await signer.publicKey();
    // One in 128 signatures has a number shorter than 32 bytes, and every other one a leading zero.
    for (let message = 0; message < 300; message++) {
      const signature = await signer.sign(String(message));
      expect(signature).toHaveLength(64);
      const data = Buffer.from(String(message));
      expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    }
  });

  it('publishes its key under its thumbprint, without anything private', async () => {
    const jwk = toJwk(await signer.publicKey());
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(jwk.kid).toBe(await calculateJwkThumbprint(jwk as JWK));
  });
});

describe('a key that cannot be had', () => {
  it.each([
    ['a fault of ours where AWS KMS denies it', 400, 'AccessDeniedException', { reason: 'INTERNAL' }],
    ['worth another try where AWS KMS fails', 500, 'KMSInternalException', { reason: 'PROOF_KEY_UNAVAILABLE' }],
  ])('is %s', async (_, status, type, refusal) => {
    failure = [status, type];
    const signer = createKmsSigner('key-1');
    for (const attempt of [() => signer.sign('x'), () => signer.publicKey()]) {
      await expect(attempt()).rejects.toMatchObject(refusal);
    }
  });

  it('is a clear error at start where it is the wrong one', () => {
    const { privateKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(() => createLocalSigner(other.export({ format: 'der', type: 'pkcs8' }))).toThrow('Set PROOF_KEY');
  });

  it('is named by the settings', () => {
    expect(readProofSettings({})).toBeNull();
    expect(readProofSettings({ PROOF_ISSUER: 'https://api.example/' })).toEqual({
      issuer: 'https://api.example',
      audience: 'https://api.example',
    });
    expect(() => readProofSettings({ PROOF_ISSUER: 'http://api.example' })).toThrow('Set PROOF_ISSUER');
    expect(() => readProofSettings({ PROOF_ISSUER: 'https://api.example/auth/v1' })).toThrow(
      'Set PROOF_ISSUER to https://api.example: ',
    );
    expect(() => readProofKeySettings({})).toThrow('Set PROOF_KEY_ID');
    expect(readProofKeySettings({ PROOF_KEY_ID: 'arn' })).toEqual({ keyId: 'arn' });
  });
});

describe('a former key', () => {
  beforeAll(() => {
    failure = undefined;
  });

  const ISSUER = 'https://api.example';
  const keySet = async (former: Record<string, string>) => {
    const handler = serveKeySet({ PROOF_ISSUER: ISSUER, PROOF_KEY_ID: 'key-1', ...former });
    return JSON.parse((await handler({} as never, lambdaContext() as never)).body ?? '');
  };

  it('is published beside the present one, so that the proofs of minutes ago are verified still', async () => {
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: toJwk(former.publicKey).kid })
      .setIssuer(ISSUER)
      .sign(former.privateKey);
    const both = await keySet({ PROOF_FORMER_KEY_ID: FORMER });
    expect(both.keys.map(({ kid }: JWK) => kid)).toEqual([toJwk(publicKey).kid, toJwk(former.publicKey).kid]);
    await expect(jwtVerify(token, createLocalJWKSet(both))).resolves.toMatchObject({ payload: { iss: ISSUER } });

    const one = await keySet({ PROOF_FORMER_KEY_ID: '' });
    await expect(jwtVerify(token, createLocalJWKSet(one))).rejects.toThrow('no applicable key');
  });

  it('is named by its id, as its role can be granted nothing else', () => {
    expect(readFormerProofKey({})).toBeNull();
    expect(readFormerProofKey({ PROOF_FORMER_KEY_ID: FORMER })).toBe(FORMER);
    for (const PROOF_FORMER_KEY_ID of ['alias/former', `arn:aws:kms:eu-central-1:111122223333:key/${FORMER}`]) {
      expect(() => readFormerProofKey({ PROOF_FORMER_KEY_ID })).toThrow('Set PROOF_FORMER_KEY_ID to the id of');
    }
  });
});
