import { isIP, isIPv6 } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';
import { header } from './headers.ts';

const IPV4_MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/** Groups of 16 bits, or less, that belong to a subscriber (RFC 6177): a network, a home line, a site. */
const PREFIXES = [64, 56, 48] as const;

/**
 * The nets that stand for a caller's address in budgets, the narrowest first: an IPv4 address alone (also one that is
 * mapped into IPv6), or the /64, /56 and /48 of an IPv6 address. Takes the address that the platform saw, never a header.
 */
export const sourceNets = (address: string): readonly string[] => {
  if (!isIPv6(address)) return [address];
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const mapped = IPV4_MAPPED.exec(canonical);
  if (mapped) {
    const bytes = mapped
      .slice(1)
      .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
    return [bytes.join('.')];
  }
  const [head = '', tail] = canonical.split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const zeros = Array<string>(tail === undefined ? 0 : 8 - before.length - after.length).fill('0');
  const groups = [...before, ...zeros, ...after];
  return PREFIXES.map((prefix) => netOf(groups, prefix));
};

/** Where a service passes on the address of the user that it acts for. */
const USER_ADDRESS = 'Otp-User-Address';

/** The nets that hold the address of a service's user; none where it is not told. Throws FIELD_INVALID. */
export const userNets = (event: APIGatewayProxyEventV2): readonly string[] => {
  const address = header(event, USER_ADDRESS.toLowerCase())?.trim();
  if (address === undefined) return [];
  if (!isIP(address)) throw new ApiError('FIELD_INVALID', { metadata: { field: USER_ADDRESS } });
  return sourceNets(address);
};

const netOf = (groups: readonly string[], prefix: number): string => {
  const whole = groups.slice(0, Math.floor(prefix / 16));
  const rest = prefix % 16;
  const part = Number.parseInt(groups[whole.length] ?? '0', 16) & (0xffff << (16 - rest));
  return `${[...whole, ...(rest ? [part.toString(16)] : [])].join(':')}::/${prefix}`;
};
