import type { Texts } from '../message.ts';

export const en: Texts = {
  PHONE: (digits) => `${digits} is your code to verify this phone. Keep it secret: nobody of ours will ask for it.`,
  OTP_SMS: (digits) => `${digits} is your code to sign in. Keep it secret: nobody of ours will ask for it.`,
};
