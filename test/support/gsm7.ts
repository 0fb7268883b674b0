/** The default alphabet without its escape, and the extension table (3GPP TS 23.038, sections 6.2.1 and 6.2.1.1). */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '\f^{}\\[~]|€';

/** Septets of one message that is not split. */
export const ONE_SEGMENT = 160;

/** Septets of a text; infinitely many where a character is in neither table, and the whole text would go as UCS-2. */
export const septets = (text: string): number =>
  [...text].reduce((sum, character) => {
    if (BASIC.includes(character)) return sum + 1;
    return sum + (EXTENDED.includes(character) ? 2 : Number.POSITIVE_INFINITY);
  }, 0);
