import { fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChallengeMyOTPSMSRequestSchema } from '../../lib/rpc/gen/otpsms/v1/challenge_pb.ts';
import { VerifyMyPhoneRequestSchema } from '../../lib/rpc/gen/zitadel/auth_pb.ts';
import { readFields } from '../../lib/rpc/protobufFields.ts';

const FIELDS = { code: { number: 1, min: 1, max: 200 } };

const ours = (bytes: Uint8Array): unknown => {
  try {
    return readFields(FIELDS, Buffer.from(bytes)).code ?? '';
  } catch {
    return 'refused';
  }
};
const theirs = (bytes: Uint8Array): unknown => {
  try {
    return fromBinary(VerifyMyPhoneRequestSchema, bytes).code;
  } catch {
    return 'refused';
  }
};

/** Fields that are known and unknown, of every type that we read, and the whole perhaps cut short. */
const likely = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        [0x0a, 0x01, 0x37],
        [0x0a, 0x00],
        [0x0a, 0x02, 0xc3, 0xa4],
        [0x0a, 0x01, 0xff],
        [0x0a, 0x80, 0x01],
        [0x12, 0x01, 0xff],
        [0x10, 0x96, 0x01],
        [0x15, 1, 2, 3, 4],
        [0x11, 1, 2, 3, 4, 5, 6, 7, 8],
        [0x82, 0x01, 0x01, 0x37],
        [0x02],
        [0x07],
      ),
      { maxLength: 6 },
    ),
    fc.nat(3),
  )
  .map(([parts, cut]) => {
    const bytes = Uint8Array.from(parts.flat());
    return bytes.subarray(0, Math.max(0, bytes.length - cut));
  });

describe('the strings of a message', () => {
  it('are those that the library writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (code) => {
        const bytes = toBinary(VerifyMyPhoneRequestSchema, { $typeName: 'zitadel.auth.v1.VerifyMyPhoneRequest', code });
        expect(ours(bytes)).toBe(code);
      }),
    );
  });

  it('are those that the library reads, and refused where it refuses', () => {
    fc.assert(
      fc.property(likely, (bytes) => {
        expect(ours(bytes)).toEqual(theirs(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a length beyond the end', [0x0a, 0x05, 0x37]],
    ['a varint without an end', [0x0a, ...Array<number>(10).fill(0xff)]],
    ['a field without a number', [0x02, 0x00]],
    ['a group', [0x0b, 0x0c]],
    ['a string that is said to be a number', [0x08, 0x01]],
    ['text that is not UTF-8', [0x0a, 0x01, 0xff]],
  ])('are refused in %s', (_, bytes) => {
    expect(ours(Uint8Array.from(bytes))).toBe('refused');
  });
});

describe('the enums of a message', () => {
  const fields = { purpose: { number: 1, values: ['PURPOSE_UNSPECIFIED', 'PURPOSE_LOGIN', 'PURPOSE_STEP_UP'] } };

  it.each([
    ['nothing', []],
    ['the first', [0x08, 0x00]],
    ['the last', [0x08, 0x02]],
    ['the last of two', [0x08, 0x01, 0x08, 0x02]],
    ['one that is not there', [0x08, 0x07]],
    ['a number below zero', [0x08, ...Array<number>(9).fill(0xff), 0x01]],
    ['more than 32 bits', [0x08, 0x82, 0x80, 0x80, 0x80, 0x10]],
    ['another field after it', [0x08, 0x02, 0x1a, 0x01, 0x37]],
  ])('are read as the library reads them: %s', (_, bytes) => {
    const { purpose = 0 } = readFields(fields, Buffer.from(bytes));
    expect(purpose).toBe(fromBinary(ChallengeMyOTPSMSRequestSchema, Uint8Array.from(bytes)).purpose);
  });

  it.each([
    ['a text', [0x0a, 0x01, 0x31]],
    ['a varint that is cut short', [0x08, 0x80]],
  ])('are refused in %s', (_, bytes) => {
    expect(() => readFields(fields, Buffer.from(bytes))).toThrow(expect.objectContaining({ reason: 'BODY_INVALID' }));
  });
});

describe('the lists of enums of a message', () => {
  const fields = { authFactors: { number: 2, values: ['OTP', 'OTP_SMS', 'OTP_EMAIL', 'U2F'], isList: true } } as const;

  it.each([
    ['nothing', [], undefined],
    ['packed', [0x12, 0x02, 0x01, 0x03], [1, 3]],
    ['packed, and empty', [0x12, 0x00], []],
    ['one by one', [0x10, 0x01, 0x10, 0x03], [1, 3]],
    ['both ways at once', [0x12, 0x01, 0x01, 0x10, 0x03], [1, 3]],
  ])('are read %s', (_, bytes, expected) => {
    expect(readFields(fields, Buffer.from(bytes)).authFactors).toEqual(expected);
  });

  it.each([
    ['a length beyond the end', [0x12, 0x02, 0x01]],
    ['a number that goes beyond the length', [0x12, 0x01, 0x80, 0x01]],
    ['numbers of a fixed length', [0x15, 1, 2, 3, 4]],
  ])('are refused in %s', (_, bytes) => {
    expect(() => readFields(fields, Buffer.from(bytes))).toThrow(expect.objectContaining({ reason: 'BODY_INVALID' }));
  });
});
