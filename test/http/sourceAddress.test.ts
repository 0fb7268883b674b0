import { describe, expect, it } from 'vitest';
import { sourceNets } from '../../lib/http/sourceAddress.ts';

describe('what stands for an address in budgets', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
  ])('is an IPv4 address as it is: %s', (address, expected) => {
    expect(sourceNets(address)[0]).toBe(expected);
  });

  it.each([
    '::ffff:203.0.113.7',
    '::FFFF:203.0.113.7',
    '::ffff:cb00:7107',
    '0:0:0:0:0:ffff:203.0.113.7',
    '0000:0000:0000:0000:0000:ffff:cb00:7107',
    '0::ffff:cb00:7107',
    '::ffff:203.0.113.7%eth0',
  ])('is the IPv4 address that is mapped into IPv6: %s', (address) => {
    expect(sourceNets(address)).toEqual(['203.0.113.7']);
  });

  it.each([
    ['::ffff:0.0.0.1', '0.0.0.1'],
    ['::ffff:1', '0:0:0:0::/64'],
    ['::ffff:ff00:ff', '255.0.0.255'],
  ])('loses no zeros: %s', (address, expected) => {
    expect(sourceNets(address)[0]).toBe(expected);
  });

  it.each([
    ['2001:db8:1:2::1', ['2001:db8:1:2::/64', '2001:db8:1:0::/56', '2001:db8:1::/48']],
    ['2001:db8:1:ffff::1', ['2001:db8:1:ffff::/64', '2001:db8:1:ff00::/56', '2001:db8:1::/48']],
    ['2001:db8:1:1ff::1', ['2001:db8:1:1ff::/64', '2001:db8:1:100::/56', '2001:db8:1::/48']],
    ['::1', ['0:0:0:0::/64', '0:0:0:0::/56', '0:0:0::/48']],
  ])('is a network, a home line and a site of IPv6: %s', (address, expected) => {
    expect(sourceNets(address)).toEqual(expected);
  });

  it.each([
    '2001:db8:1:2::',
    '2001:db8:1:2::1',
    '2001:DB8:1:2:ffff:ffff:ffff:ffff',
    '2001:0db8:0001:0002:0000:0000:0000:0001',
    '2001:db8:1:2:0:0:203.0.113.7',
    '2001:db8:1:2:a:b:c:d',
    '2001:db8:1:2::1%eth0',
  ])('is the /64 of an IPv6 address: %s', (address) => {
    expect(sourceNets(address)[0]).toBe('2001:db8:1:2::/64');
  });

  it.each([
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['2001::1:2:3:4:5:6', '2001:0:1:2::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['::', '0:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['::1:2:3:4:5:6:7', '0:1:2:3::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ])('fills in what is left out: %s', (address, expected) => {
    expect(sourceNets(address)[0]).toBe(expected);
  });

  it.each(['', 'unknown', '203.0.113.7, 198.51.100.1', '2001:db8::1::2', '[2001:db8::1]', '1.2.3', '::ffff:300.0.0.1'])(
    'is whatever the platform says where that is no address, and nothing breaks: %j',
    (address) => {
      expect(sourceNets(address)).toEqual([address]);
    },
  );
});
