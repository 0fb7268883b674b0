import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStrictJson } from '../../lib/http/strictJson.ts';

/** A member of an object, which stands in a list so that names can be repeated. */
type Member = { readonly name: string; readonly value: number };

const object = (members: readonly Member[]): string =>
  `{${members.map(({ name, value }) => `${JSON.stringify(name)}:${value}`).join(',')}}`;

describe('isStrictJson', () => {
  it.each([
    ['nothing', ''],
    ['a number', '1'],
    ['a text with brackets', '"[{\\"]"'],
    ['an empty object', '{}'],
    ['different names', '{"a":1,"b":1}'],
    ['names that differ by case', '{"a":1,"A":2}'],
    ['a name of an outer object', '{"a":{"a":{"a":1}}}'],
    ['a name again after a nested object', '{"a":{"b":1},"b":[{"b":1}]}'],
    ['a text equal to a name', '{"a":"a","b":["a","b"]}'],
    ['a text that ends in a backslash', '{"a":"\\\\","b":"\\\\"}'],
    ['32 levels', '['.repeat(32) + ']'.repeat(32)],
    ['more than 32 brackets side by side', `[${'[],'.repeat(100)}[]]`],
  ])('%s is sound', (_, text) => {
    expect(JSON.parse(text || 'null')).not.toBe(undefined);
    expect(isStrictJson(text)).toBe(true);
  });

  it.each([
    ['a name twice', '{"a":1,"a":1}'],
    ['an empty name twice', '{"":1,"":1}'],
    ['a name twice with an object between', '{"a":{"b":[{}]},"a":1}'],
    ['a name twice in a list of objects', '[{"a":1},{"a":1,"a":1}]'],
    ['a name twice, once by an escape', '{"a":1,"\\u0061":1}'],
    ['a name twice behind a text with a quote', '{"a":"\\"","a":1}'],
    ['a lone surrogate', '"\ud800"'],
    ['a lone surrogate by an escape', '["\\udfff"]'],
    ['33 levels', '['.repeat(33) + ']'.repeat(33)],
  ])('%s is not', (_, text) => {
    expect(JSON.parse(text)).not.toBe(undefined);
    expect(isStrictJson(text)).toBe(false);
  });

  it('agrees with JSON.stringify on everything that is Unicode', () => {
    const value = fc.jsonValue({ maxDepth: 8 });
    fc.assert(
      fc.property(value, (each) => isStrictJson(JSON.stringify(each, null, 1))),
      { seed: 1 },
    );
  });

  it('tells objects with a name twice from those without', () => {
    const members = fc.array(fc.record({ name: fc.string(), value: fc.integer() }), { maxLength: 6 });
    fc.assert(
      fc.property(members, (each) => {
        const names = each.map(({ name }) => name);
        expect(isStrictJson(object(each))).toBe(new Set(names).size === names.length);
      }),
      { seed: 1 },
    );
  });
});
