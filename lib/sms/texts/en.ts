import type { Texts } from '../message.ts';

export const en: Texts = {
  PHONE: (digits) => `${digits} is your code to verify this phone. Keep it secret: nobody of ours will ask for it.`,
  LOGIN: (digits) => `${digits} is your code to sign in. Keep it secret: nobody of ours will ask for it.`,
  STEP_UP: (digits) =>
    `${digits} is your code to change your security settings. Keep it secret: nobody of ours will ask for it.`,
};
