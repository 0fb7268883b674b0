import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../lib/errors/errors.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { OPENAPI } from './openapi.ts';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

type Node = { readonly [name: string]: unknown };
type Operation = Node & {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string }[];
};
type Document = {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Node>> };
};
const document: Document = JSON.parse(OPENAPI.wanted());
const operations = Object.values(document.paths).flatMap((verbs) => Object.values(verbs));

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every object of the document whose place in it ends as said, with where it is. */
const all = (place: RegExp, value: unknown = document, at = ''): [string, Node][] =>
  isNode(value)
    ? [
        ...(place.test(at) ? ([[at, value]] as [string, Node][]) : []),
        ...Object.entries(value).flatMap(([name, each]) => all(place, each, `${at}/${name}`)),
      ]
    : [];

const lint = async (source: string): Promise<string[]> => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
};

describe('the OpenAPI description in the repository', () => {
  it('is as "npm run docs" writes it from the code', () => {
    expect(read(OPENAPI.file)).toBe(OPENAPI.wanted());
  });

  it('has no fault that a linter knows, which finds one that is put in', async () => {
    expect(await lint(OPENAPI.wanted())).toEqual([]);
    expect(await lint(OPENAPI.wanted().replace('"summary"', '"title"'))).not.toEqual([]);
    expect(await lint(OPENAPI.wanted().replace('"code": "123456"', '"code": 123456'))).not.toEqual([]);
  });

  it('says of every field what it is, and gives a value of it', () => {
    const fields = all(/\/properties\/[^/]+$/);
    expect(fields.length).toBeGreaterThan(30);
    for (const [at, { description, examples, $ref, type, items }] of fields) {
      expect([at, description]).toEqual([at, expect.stringMatching(/./)]);
      const holdsMessage = type === 'array' ? items : $ref;
      if (holdsMessage === undefined) expect([at, examples]).toEqual([at, [expect.anything()]]);
    }
  });

  it('says of every operation and header what it does, with an example of each request and answer', () => {
    for (const operation of operations) {
      expect(operation).toMatchObject({ summary: expect.stringMatching(/./), description: expect.stringMatching(/./) });
    }
    for (const [at, header] of [...all(/\/parameters\/\d+$/), ...all(/\/headers\/[^/]+$/)]) {
      expect([at, header]).toEqual([
        at,
        expect.objectContaining({ description: expect.stringMatching(/./), example: expect.anything() }),
      ]);
    }
    for (const [at, content] of all(/\/content\/[^/]+$/)) expect([at, content]).toHaveProperty([1, 'example']);
  });

  it('groups the operations in the order of the walk', () => {
    const tags = document.tags.map(({ name }) => name);
    expect([...new Set(operations.flatMap((operation) => operation.tags))]).toEqual(tags);
  });

  it('lists every reason', () => {
    expect(document.components.schemas.Reason).toMatchObject({ enum: Object.keys(ERRORS) });
  });

  it.each(Object.entries(OPERATIONS))('names the headers of %s', (name, { rpc, reads }) => {
    const own = read(`lib/operations/${name}.ts`);
    const [, shared] = /from '\.\/(challenge|check|removal|verification)\.ts'/.exec(own) ?? [];
    const source = shared === undefined ? own : read(`lib/operations/${shared}.ts`);
    const headers = operations.find(({ operationId }) => operationId === rpc)?.parameters?.map((header) => header.name);
    expect(headers?.includes('Idempotency-Key') ?? false).toBe(!reads);
    expect(headers?.includes('Accept-Language') ?? false).toBe(source.includes('codeSending('));
    expect(headers?.includes('Step-Up-Proof') ?? false).toBe(source.includes('withStepUp('));
  });
});
