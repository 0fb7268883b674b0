import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startIssuer } from '../support/api.ts';
import { comeBack, goTo } from '../support/clock.ts';
import { peopleOf } from '../support/people.ts';

const issuer = await startIssuer();
const person = peopleOf(issuer, { SMS_BUDGET_ADDRESS: '4' });

/** Every test has a day of its own: addresses are everybody's. */
let day = Date.parse('2030-01-02T10:00:10Z');
beforeEach(() => {
  day += 86_400_000;
  goTo(new Date(day).toISOString());
});
afterEach(comeBack);

const send = async (sourceIp: string, headers: Record<string, string> = {}) =>
  (await (await person()).set({ sourceIp, headers })).status;

const CLAIMS = [
  { 'x-forwarded-for': '192.0.2.1' },
  { 'X-Forwarded-For': '192.0.2.2, 198.51.100.1' },
  { forwarded: 'for=192.0.2.3' },
  {
    'x-real-ip': '192.0.2.4',
    'x-client-ip': '192.0.2.4',
    'true-client-ip': '192.0.2.4',
    'cf-connecting-ip': '192.0.2.4',
  },
  { via: '1.1 192.0.2.5', 'x-cluster-client-ip': '192.0.2.5' },
];

describe('the budget of an address', () => {
  it('is that of the address that the platform saw, whatever headers say', async () => {
    const statuses = [];
    for (const headers of CLAIMS) statuses.push(await send('198.51.100.1', headers));
    expect(statuses).toEqual([200, 200, 429, 429, 429]);
  });

  it('is not spent for whoever a header names', async () => {
    for (let message = 0; message < 3; message++) await send('198.51.100.2', { 'x-forwarded-for': '198.51.100.3' });
    expect(await send('198.51.100.3')).toBe(200);
  });

  it.each([
    ['an IPv4 address', ['198.51.100.4', '198.51.100.4', '198.51.100.4'], '198.51.100.5'],
    [
      'one that is mapped into IPv6',
      ['198.51.100.6', '::ffff:198.51.100.6', '::FFFF:c633:6406'],
      '::ffff:198.51.100.7',
    ],
    ['a /64 of IPv6', ['2001:db8:0:1::1', '2001:db8:0:1:ffff::', '2001:0DB8:0:1:a:b:c:d'], '2001:db8:0:2::1'],
  ])('is one for %s', async (_, [first = '', second = '', third = ''], other) => {
    expect(await send(first)).toBe(200);
    expect(await send(second)).toBe(200);
    expect(await send(third)).toBe(429);
    expect(await send(other)).toBe(200);
  });

  it('is no 256 budgets for a home line with a /56, nor any number of them for a site with a /48', async () => {
    const statuses = [];
    for (let net = 0; net < 12; net++) statuses.push(await send(`2001:db8:a:${net.toString(16)}::1`));
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    for (let line = 1; line < 12; line++) {
      for (let net = 0; net < 3; net++) statuses.push(await send(`2001:db8:a:${((line << 8) + net).toString(16)}::1`));
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(16);
    expect(await send('2001:db8:b::1')).toBe(200);
  });
});
