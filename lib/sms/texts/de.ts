import type { Texts } from '../message.ts';

export const de: Texts = {
  PHONE: (digits) => `${digits} ist Ihr Code, um dieses Telefon zu bestätigen. Geben Sie ihn niemandem weiter.`,
  OTP_SMS: (digits) => `${digits} ist Ihr Code für die Anmeldung. Geben Sie ihn niemandem weiter.`,
};
