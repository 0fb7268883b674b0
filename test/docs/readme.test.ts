import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { ROOT, spawnScript, written } from '../support/spawn.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The blocks of code in a language, in order. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);

const blockWith = (language: string, text: string): string =>
  blocks(language).find((block) => block.includes(text)) ?? '';

describe('the README', () => {
  it('is a front door: at most 150 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it.each([...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path))(
    'links to %s, which is there',
    (path) => {
      expect(existsSync(join(ROOT, path))).toBe(true);
    },
  );

  it.each(
    [...readme.matchAll(/npm run ([a-z:]+)|npm (start|test)\b/g)].map(([, script, short]) => script ?? short ?? ''),
  )('names the script %s, which is there', (script) => {
    expect(Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts)).toContain(script);
  });
});

describe('what the README has one paste', () => {
  let ports: { readonly PORT: string; readonly DEV_PORT: string };
  let printed: string;
  beforeAll(async () => {
    ports = { PORT: String(await freePort()), DEV_PORT: String(await freePort()) };
    const stack = await spawnScript('infra/local/start.ts', ports);
    await written(stack, /^curl .*$/m);
    printed = /^curl .*$/m.exec(stack.stdout())?.[0] ?? '';
  });

  const folder = join(ROOT, 'node_modules/.cache/readme');
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Runs lines in a shell, at the ports of this test. */
  const run = async (lines: string): Promise<string> => {
    const script = lines.replaceAll(':3000', `:${ports.PORT}`).replaceAll(':3001', `:${ports.DEV_PORT}`);
    return (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script])).stdout;
  };

  it('is the line that the start prints, and enrols: 200, then 409', async () => {
    const curl = blockWith('sh', 'curl -i').trim();
    const [before = '', after = ''] = curl.split('eyJ…');
    expect(printed.replaceAll(`:${ports.PORT}`, ':3000')).toMatch(
      new RegExp(`^${escaped(before)}[\\w.-]+${escaped(after)}$`),
    );
    expect(await run(printed)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await run(printed)).toMatch(/^HTTP\/1\.1 409 [\s\S]*COMMAND-Ad3g2/);
  });

  it('takes a new user from a phone to a proof, which jose verifies', async () => {
    const told = await run(blockWith('sh', '_challenge'));
    const proof = /"proof":"([^"]+)"/.exec(told)?.[1] ?? '';
    expect(proof).not.toBe('');

    const code = blockWith('ts', 'jwtVerify').replace(/'https:\/\/[^']+'/, `'http://127.0.0.1:${ports.PORT}'`);
    const file = join(folder, 'verify.ts');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, code);
    const { hasSecondFactor } = await import(file);
    expect(await hasSecondFactor(proof, 'alice')).toBe(true);
    expect(await hasSecondFactor(proof, 'bob')).toBe(false);
    await expect(hasSecondFactor(`${proof}x`, 'alice')).rejects.toThrow();
  });
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
