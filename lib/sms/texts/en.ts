import type { Texts } from '../message.ts';

export const en: Texts = {
  PHONE: (digits) => `${digits} is your code to verify this phone. Keep it secret. We will never ask you for it.`,
  LOGIN: (digits) => `${digits} is your code to sign in. Keep it secret. We will never ask you for it.`,
  STEP_UP: (digits) =>
    `${digits} is your code to change your security settings. Keep it secret. We will never ask you for it.`,
};
