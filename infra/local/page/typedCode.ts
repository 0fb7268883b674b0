/**
 * The code in a text that was pasted: with blanks and hyphens, or with the message around it. None where no number of
 * that length stands alone: the API itself reads what people type, digits of other scripts included.
 */
export const codeIn = (text: string, codeLength: number): string | undefined => {
  const joined = text.replace(/(?<=\d)[\s-]+(?=\d)/g, '');
  return new RegExp(`(?<!\\d)\\d{${codeLength}}(?!\\d)`).exec(joined)?.[0];
};
