import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPhoneNumber } from '../../lib/domain/readPhoneNumber.ts';
import { nationalSpelling, typedNumber } from '../support/phoneNumbers.ts';

describe('reading a phone number', () => {
  it.each([
    ['+41791234567', '+41791234567', 'CH'],
    ['+41 79 123 45 67', '+41791234567', 'CH'],
    ['+41 (0)79 123-45-67', '+41791234567', 'CH'],
    ['(+41) 79/123.45.67', '+41791234567', 'CH'],
    ['0041 79 123 45 67', '+41791234567', 'CH'],
    ['(0041) 79 123 45 67', '+41791234567', 'CH'],
    [' +41791234567\n', '+41791234567', 'CH'],
    ['\u202a+41 79\u00a0123\u200945\u200b67\u202c', '+41791234567', 'CH'],
    ['\ufeff\u2066+41\u00ad79\u20601234567\u2069', '+41791234567', 'CH'],
    ['＋４１７９１２３４５６７', '+41791234567', 'CH'],
    ['٠٠٤١٧٩١٢٣٤٥٦٧', '+41791234567', 'CH'],
    ['+४१७९१२३४५६७', '+41791234567', 'CH'],
    ['+1 213 373 4253', '+12133734253', 'US'],
    ['+1 204 234 5678', '+12042345678', 'CA'],
    ['+49 1512 3456789', '+4915123456789', 'DE'],
    ['+39 06 1234 5678', '+390612345678', 'IT'],
    ['+881 6 1234 5678', '+881612345678', undefined],
  ])('takes %j', (text, phone, country) => {
    expect(readPhoneNumber(text)).toEqual({ phone, country });
  });

  it.each([
    ['+4900151 23456789', '+4915123456789', 'DE'],
    ['+49015123456789', '+4915123456789', 'DE'],
    ['+4407911123456', '+447911123456', 'GG'],
    ['+54111523456789', '+5491123456789', 'AR'],
  ])('reads %s until reading changes nothing', (text, phone, country) => {
    expect(readPhoneNumber(text)).toEqual({ phone, country });
    expect(readPhoneNumber(phone)).toEqual({ phone, country });
  });

  it.each([
    ['+1 861 234 5678', '+18612345678', 'US'],
    ['+44 1000 000000', '+441000000000', 'GB'],
    ['+61 9999 99999', '+61999999999', 'AU'],
    ['+39 312 345678', '+39312345678', 'IT'],
  ])('takes the new range %s for one of the main country of its calling code', (text, phone, country) => {
    expect(readPhoneNumber(text)).toEqual({ phone, country });
  });

  it.each([
    [''],
    ['   '],
    ['+'],
    ['00'],
    ['+0'],
    ['+417912'],
    ['+4179123456789012'],
    ['+491512345678901234'],
    ['+4915123456789012'],
    ['+5215512345678'],
    ['+999123456789'],
    ['0791234567'],
    ['41791234567'],
    ['+0041791234567'],
    ['++41791234567'],
    ['+41791234567 ext. 5'],
    ['+41791234567;ext=5'],
    ['+41791234567#5'],
    ['+41791234567, +41791234568'],
    ['+41 79 123 45 67 079 765 43 21'],
    ['call +41791234567'],
    ['tel:+41791234567'],
    ['+41791234567;phone-context=+49'],
    ['+41791234567\u0000'],
    ['+41791234567\ud800'],
    ['+49151FLOWERS'],
    ['+hello'],
  ])('refuses %j', (text) => {
    expect(readPhoneNumber(text)).toBeUndefined();
  });

  it('gives every number of every region the spelling that reads as itself, country included', () => {
    let taken = 0;
    fc.assert(
      fc.property(typedNumber, (text) => {
        const number = readPhoneNumber(text);
        if (!number) return;
        taken++;
        expect(number.phone).toMatch(/^\+[1-9]\d{5,14}$/);
        expect(readPhoneNumber(number.phone)).toEqual(number);
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(1_000);
  });

  it('takes the example of every region, and again with what is dialled before it within the country', () => {
    const wrong = nationalSpelling.filter(({ phone, dialled }) => {
      const [plain, prefixed] = [readPhoneNumber(phone), readPhoneNumber(dialled)];
      return plain?.phone !== phone || (prefixed && readPhoneNumber(prefixed.phone)?.phone !== prefixed.phone);
    });
    expect(wrong).toEqual([]);
  });
});
