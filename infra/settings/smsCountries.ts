import { type CountryCode, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { readPhoneNumber } from '../../lib/domain/readPhoneNumber.ts';

/**
 * What is wrong with the countries of SMS_COUNTRIES, each in one line: those without telephone numbers, and those whose
 * mobile numbers are read as another country's, so that no message would ever go there.
 */
export const smsCountryProblems = (setting = ''): string[] =>
  setting
    .split(',')
    .map((code) => code.trim())
    .filter((code) => /^[A-Z]{2}$/.test(code)) // the functions refuse the others
    .flatMap((code) => {
      if (!isSupportedCountry(code)) return [`Set SMS_COUNTRIES to ISO 3166-1 codes like CH,GB; not "${code}"`];
      const other = readAs(code);
      return other === code ? [] : [`Set SMS_COUNTRIES to ${other} in place of ${code}: they share their numbers`];
    });

const readAs = (code: CountryCode): string | undefined =>
  readPhoneNumber(`+${getCountryCallingCode(code)}${examples[code]}`)?.country;
