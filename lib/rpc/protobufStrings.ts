import { ApiError } from '../errors/errors.ts';
import { fromUtf8 } from '../http/text.ts';
import type { Fields } from '../operations/fields.ts';

/** Wire types of protobuf (protobuf.dev/programming-guides/encoding); groups are none that we read. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Bits of the longest varint, in groups of seven. */
const MAX_SHIFT = 63;

/**
 * The named fields of a protobuf message that has but strings, its others left out: all that requests of this service
 * are made of, so that the functions of the REST paths need no library for it.
 *
 * Throws BODY_INVALID.
 */
export const readStrings = (fields: Fields, message: Buffer): Record<string, string> => {
  const names = new Map(Object.entries(fields).map(([name, { number }]) => [number, name]));
  const found: Record<string, string> = {};
  let at = 0;

  const take = (length: number): Buffer => {
    at += length;
    if (at > message.length) throw new ApiError('BODY_INVALID');
    return message.subarray(at - length, at);
  };
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      const byte = take(1).readUInt8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new ApiError('BODY_INVALID');
  };
  const skip = (type: number): unknown => {
    if (type === VARINT) return varint();
    if (type === FIXED64 || type === FIXED32) return take(type === FIXED64 ? 8 : 4);
    if (type === LENGTH_DELIMITED) return take(varint());
    throw new ApiError('BODY_INVALID');
  };

  while (at < message.length) {
    const tag = varint();
    const type = tag % 8;
    const number = Math.floor(tag / 8);
    if (number === 0) throw new ApiError('BODY_INVALID');
    const name = names.get(number);
    if (name === undefined) skip(type);
    else if (type === LENGTH_DELIMITED) found[name] = fromUtf8(take(varint()));
    else throw new ApiError('BODY_INVALID');
  }
  return found;
};
