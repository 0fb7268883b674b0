import { ApiError } from '../errors/errors.ts';
import { fromUtf8 } from '../http/text.ts';
import { type Field, type Fields, isEnum } from '../operations/fields.ts';

/** Wire types of protobuf (protobuf.dev/programming-guides/encoding); groups are none that we read. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Bits of the longest varint, in groups of seven. */
const MAX_SHIFT = 63;

/** Bits of an enum's number; a longer varint is cut, as protobuf has it. */
const ENUM_BITS = 32;

/**
 * The named fields of a protobuf message, its others left out: strings, and numbers of enums, or lists of them. Requests of this service
 * are made of nothing else, so that the functions of the REST paths need no library for it.
 *
 * Throws BODY_INVALID.
 */
export const readFields = (fields: Fields, message: Buffer): Record<string, string | number | number[]> => {
  const known = new Map(
    Object.entries(fields).map(([name, field]) => [
      field.number,
      { name, isEnum: isEnum(field), isList: isList(field) },
    ]),
  );
  const found: Record<string, string | number | number[]> = {};
  let at = 0;

  const take = (length: number): Buffer => {
    at += length;
    if (at > message.length) throw new ApiError('BODY_INVALID');
    return message.subarray(at - length, at);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      const byte = take(1).readUInt8();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return value;
    }
    throw new ApiError('BODY_INVALID');
  };
  const enumNumber = (): number => Number(BigInt.asIntN(ENUM_BITS, varint()));
  /** Packed, or one by one: a reader takes both (protobuf.dev/programming-guides/encoding, "Repeated Elements"). */
  const enumNumbers = (type: number): number[] => {
    if (type === VARINT) return [enumNumber()];
    if (type !== LENGTH_DELIMITED) throw new ApiError('BODY_INVALID');
    const length = Number(varint());
    const end = at + length;
    const numbers: number[] = [];
    while (at < end) numbers.push(enumNumber());
    if (at !== end) throw new ApiError('BODY_INVALID');
    return numbers;
  };
  const skip = (type: number): unknown => {
    if (type === VARINT) return varint();
    if (type === FIXED64 || type === FIXED32) return take(type === FIXED64 ? 8 : 4);
    if (type === LENGTH_DELIMITED) return take(Number(varint()));
    throw new ApiError('BODY_INVALID');
  };

  while (at < message.length) {
    const tag = Number(varint());
    const type = tag % 8;
    const number = Math.floor(tag / 8);
    if (number === 0) throw new ApiError('BODY_INVALID');
    const field = known.get(number);
    if (!field) skip(type);
    else if (field.isList) found[field.name] = [...((found[field.name] as number[]) ?? []), ...enumNumbers(type)];
    else if (type !== (field.isEnum ? VARINT : LENGTH_DELIMITED)) throw new ApiError('BODY_INVALID');
    else if (field.isEnum) found[field.name] = enumNumber();
    else found[field.name] = fromUtf8(take(Number(varint())));
  }
  return found;
};

const isList = (field: Field): boolean => isEnum(field) && field.isList === true;
