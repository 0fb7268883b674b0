import type { JsonValue } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import { bearer, someone, users } from '../support/api.ts';
import { A, issuer, OTHER, ROWS, type Row, type Scene, speakers } from '../support/parityRows.ts';
import { stopClock } from '../support/person.ts';
import type { Said, Speak } from '../support/speakers.ts';

// Seconds to wait are to be the same, however long the calls take.
stopClock();

const play = async (row: Row, speak: Speak): Promise<Said> => {
  const sub = someone();
  const scope = row.under === 'scoped' ? { claims: { scope: 'another' } } : {};
  const usual = bearer(await issuer.token({ sub, ...scope }));
  const scene: Scene = { sub, do: (operation, input = {}) => speak(operation, usual, input) };
  await row.given?.(scene);
  const { input = {} } = row;
  const headers = (await row.headers?.(sub)) ?? usual;
  return speak(row.operation, headers, typeof input === 'function' ? input(scene) : input);
};

const claimsOf = (proof: string): object => JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());

/** Times, ids and proofs differ from one run to the next, and protobuf writes no fraction where it is zero; defaults it leaves out. */
const comparable = ({ said, ...rest }: Said): JsonValue =>
  JSON.parse(JSON.stringify({ ...rest, said }), (name, value) => {
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return 'time';
    if (name === 'challengeId') return 'id';
    if (name === 'proof') return Object.keys(claimsOf(value));
    return name === 'metadata' && Object.keys(value).length === 0 ? undefined : value;
  });

describe('every protocol says the same', () => {
  it.each(ROWS)('$it', async (row) => {
    const { REST, ...others } = row.under ? OTHER[row.under] : speakers;
    if (!REST) throw new Error('Nobody speaks REST');
    const rest = comparable(await play(row, REST));
    expect(rest).toMatchObject(
      row.reason
        ? { said: { details: expect.arrayContaining([expect.objectContaining({ reason: row.reason })]) } }
        : { code: 0, ...(row.said && { said: row.said }) },
    );
    for (const [protocol, speak] of Object.entries(others)) {
      expect([protocol, comparable(await play(row, speak))]).toEqual([protocol, rest]);
    }
  });

  it('an answer that was kept under an Idempotency-Key', async () => {
    const sub = someone();
    await users.put(sub, { phone: A, verified: true });
    const headers = { ...bearer(await issuer.token({ sub })), 'idempotency-key': '"once"' };
    const answers: JsonValue[] = [];
    for (const speak of Object.values(speakers)) answers.push(comparable(await speak(addOtpSms, headers, {})));
    expect(answers).toEqual(answers.map(() => answers[0]));
    expect(answers[0]).toMatchObject({ code: 0 });
    expect(await users.events(sub)).toHaveLength(4);
  });
});
