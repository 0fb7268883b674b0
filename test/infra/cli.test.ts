import { describe, expect, it } from 'vitest';
import { spawnGroup } from '../support/spawn.ts';

describe.concurrent('the Serverless command as it is typed', () => {
  const npx = (...args: readonly string[]) => spawnGroup('npx', ['serverless', ...args], {});
  it.each([
    ['offline', 'npm start'],
    ['offline start', 'npm start'],
    ['invoke local -f addOtpSms', 'npm run invoke -- <function>'],
  ])('%s says in one line what starts the local stack as well', async (command, other) => {
    const typed = npx(...command.split(' '));
    expect((await typed.exit).code).toBe(1);
    const lacking = `"serverless ${command.replace(/ -f.*/, '')}" lacks the local stack: use ${other}`;
    expect(typed.stderr().trim().split('\n').at(-1)).toBe(lacking);
  });
});

describe('another Serverless command', () => {
  it.each([
    ['require', 'require(plugin)'],
    ['import', 'import(plugin)'],
  ])('is ended with one line once it has loaded the plugins, by %s', async (_, load) => {
    const script = `const plugin = require('node:path').resolve('infra/plugins/checks.js'); ${load}`;
    const other = spawnGroup(process.execPath, ['-e', script], {});
    expect((await other.exit).code).toBe(1);
    expect(other.stderr()).toBe(
      'This service is deployed by osls, which npm ci installs: use npm run deploy, or npx serverless\n',
    );
  });
});
