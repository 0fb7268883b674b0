import { describe, expect, it } from 'vitest';
import { header } from '../../lib/http/headers.ts';

describe('header', () => {
  it.each([
    ['as API Gateway writes it', { 'content-type': 'a' }, 'a'],
    ['in any case', { 'Content-TYPE': 'a' }, 'a'],
    ['empty', { 'content-type': '' }, ''],
    ['twice, joined', { 'content-type': 'a', 'Content-Type': 'b' }, 'a,b'],
    ['not at all', { 'content-types': 'a' }, undefined],
    ['not among the names of every object', {}, undefined],
  ])('is found %s', (_, headers, value) => {
    expect(header({ headers }, 'content-type')).toBe(value);
  });

  it('is not found in an event without headers', () => {
    expect(header({} as Parameters<typeof header>[0], 'content-type')).toBe(undefined);
    expect(header({ headers: {} }, 'constructor')).toBe(undefined);
  });
});
