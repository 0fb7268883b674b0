import type { Texts } from '../message.ts';

export const de: Texts = {
  PHONE: (digits) => `${digits} ist Ihr Code, um diese Telefonnummer zu bestätigen. Geben Sie ihn an niemanden weiter.`,
  LOGIN: (digits) => `${digits} ist Ihr Code für die Anmeldung. Geben Sie ihn an niemanden weiter.`,
  STEP_UP: (digits) =>
    `${digits} ist Ihr Code, um Ihre Sicherheitseinstellungen zu ändern. Geben Sie ihn an niemanden weiter.`,
};
