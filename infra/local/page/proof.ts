import type { Countdowns } from './countdown.ts';
import { find } from './dom.ts';
import { timeOf } from './times.ts';

/** What a claim says, for those who are to verify it. */
const CLAIMS: Readonly<Record<string, string>> = {
  typ: 'what the token is',
  alg: 'how it is signed',
  kid: 'the key in /.well-known/jwks.json',
  iss: 'who signed it',
  sub: 'the user',
  aud: 'who may take it',
  purpose: 'what the code was for',
  amr: 'how the user was authenticated',
  auth_time: 'when',
  iat: 'signed at',
  exp: 'good until',
  jti: 'its id, to be used once',
  nonce: 'what the caller gave',
  factor: 'the enrolment it is about',
};

const TIMES = new Set(['auth_time', 'iat', 'exp', 'nbf']);

/** Shows a proof decoded, and whether its signature holds by the keys that the API publishes. */
export const createProofPanel = (apiUrl: string, countdowns: Countdowns) => {
  const list = find('#claims', HTMLDListElement);
  const badge = find('#proof-signature', HTMLElement);
  const raw = find('#raw-proof', HTMLDetailsElement);
  const fill = (text: string, state: string) => {
    [badge.textContent, badge.dataset.state, badge.hidden] = [text, state, false];
  };
  return {
    async show(proof: string): Promise<void> {
      const [header = '', payload = '', signature = ''] = proof.split('.');
      const claims: Record<string, unknown> = { ...decoded(header), ...decoded(payload) };
      list.replaceChildren(...Object.entries(claims).flatMap(([name, value]) => terms(name, value)));
      find('code', HTMLElement, raw).textContent = proof;
      raw.hidden = false;
      const holds = await verified(apiUrl, claims.kid, `${header}.${payload}`, signature);
      if (!holds) return fill('The signature does not hold', 'bad');
      const until = new Date(Number(claims.exp) * 1_000).toISOString();
      countdowns.start(
        'proof',
        until,
        (left) => fill(`Signature holds · good for ${left}`, 'good'),
        () => fill('Expired', 'old'),
      );
    },

    hide(): void {
      countdowns.stop('proof');
      list.replaceChildren();
      raw.hidden = true;
      badge.hidden = true;
    },
  };
};

const terms = (name: string, value: unknown): HTMLElement[] => {
  const [term, description, about] = [
    document.createElement('dt'),
    document.createElement('dd'),
    document.createElement('small'),
  ];
  term.textContent = name;
  about.textContent = CLAIMS[name] ?? '';
  description.append(TIMES.has(name) ? timeOf(new Date(Number(value) * 1_000)) : [value].flat().join(', '), about);
  return [term, description];
};

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));

const decoded = (part: string): Record<string, unknown> => JSON.parse(new TextDecoder().decode(bytesOf(part)));

/** Whether a key of the API's key set has signed it (ES256). */
const verified = async (apiUrl: string, kid: unknown, signed: string, signature: string): Promise<boolean> => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const { keys }: { keys: (JsonWebKey & { kid?: string })[] } = await (
    await fetch(`${apiUrl}/.well-known/jwks.json`)
  ).json();
  const jwk = keys.find((key) => key.kid === kid);
  if (!jwk) return false;
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  return crypto.subtle.verify(algorithm, key, bytesOf(signature), new TextEncoder().encode(signed));
};
