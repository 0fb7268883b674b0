import type { Texts } from '../message.ts';

export const de: Texts = {
  PHONE: (digits) => `${digits} ist Ihr Code, um dieses Telefon zu bestätigen. Geben Sie ihn niemandem weiter.`,
  LOGIN: (digits) => `${digits} ist Ihr Code für die Anmeldung. Geben Sie ihn niemandem weiter.`,
  STEP_UP: (digits) =>
    `${digits} ist Ihr Code, um Ihre Sicherheitseinstellungen zu ändern. Geben Sie ihn niemandem weiter.`,
};
