import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from '../../infra/local/ports.ts';
import { spawnScript, written } from '../support/spawn.ts';
import { launchBrowser } from './browser.ts';

/** Starts the local stack, where five wrong login codes lock, and a browser for the tests of a file. */
export const useBrowser = () => {
  const used = { dev: '', browser: undefined as unknown as Browser };
  beforeAll(async () => {
    const [port, devPort] = await Promise.all([freePort(), freePort()]);
    const environment = { PORT: `${port}`, DEV_PORT: `${devPort}`, LOCK_AFTER_FAILURES: '5' };
    await written(spawnScript('infra/local/start.ts', environment), /^curl .*$/m);
    used.dev = `http://127.0.0.1:${devPort}`;
    used.browser = await launchBrowser();
  });
  afterAll(() => used.browser.close());
  return used;
};
