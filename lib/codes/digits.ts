import { randomInt } from 'node:crypto';

/** Decimal digits of a code, uniform over the whole range, leading zeros kept; `randomInt` rejects what would bias. */
export const drawDigits = (length: number): string => String(randomInt(10 ** length)).padStart(length, '0');
