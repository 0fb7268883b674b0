/** Blanks, and what is not seen: marks of direction, joiners, soft hyphens, byte order marks. */
const UNSEEN = /[\s\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

const IS_DIGIT = /^\p{Nd}$/u;

/** What somebody typed or pasted, without blanks and invisible marks, and with its digits as 0 to 9. */
export const plainText = (text: string): string => text.replace(UNSEEN, '').replace(/\p{Nd}/gu, toAsciiDigit);

/** Unicode keeps the digits of a script in a row from zero to nine, and such rows begin where other characters end. */
const toAsciiDigit = (digit: string): string => {
  const place = digit.codePointAt(0) as number;
  let first = place;
  while (IS_DIGIT.test(String.fromCodePoint(first - 1))) first--;
  return String((place - first) % 10);
};
