import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFailed } from 'vitest';
import { ROOT } from '../support/spawn.ts';
import { CHROMIUM_FOLDER } from './chromium.ts';

/** What a page is looked at on. */
export type Device = 'desktop' | 'phone';

const DEVICES: Readonly<Record<Device, BrowserContextOptions>> = {
  desktop: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 760 }, colorScheme: 'dark', isMobile: true, hasTouch: true },
};

/** Where the screenshots of the last run are. */
const SCREENSHOTS = join(ROOT, 'node_modules/.cache/screenshots');

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts Chromium, as it is out of its package. */
export const launchBrowser = (): Promise<Browser> => {
  const folder = process.env[CHROMIUM_FOLDER] ?? '';
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf'), HOME: folder },
    args: ['--font-render-hinting=none'],
  });
};

/** A page on a device, and what is wrong with it. */
export type Tab = {
  readonly page: Page;
  /** Keeps a picture of what is on the screen. */
  screenshot(name: string): Promise<void>;
  /** Keeps a picture, and expects that axe finds no fault and that nothing is wider than the screen. */
  look(name: string): Promise<void>;
  /** What the console said, but for answers of the API that are refusals, which browsers always log. */
  readonly console: readonly string[];
};

/** Opens a page in a session of its own. */
export const openTab = async (browser: Browser, device: Device, options: BrowserContextOptions = {}): Promise<Tab> => {
  const context = await browser.newContext({ ...DEVICES[device], reducedMotion: 'reduce', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const heard: string[] = [];
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('console', (message) => {
    const isRefusal = /status of 4\d\d/.test(message.text()) && message.location().url.includes('/auth/v1/');
    if (!isRefusal) heard.push(`${message.type()}: ${message.text()}`);
  });
  const screenshot = async (name: string) => {
    const folder = join(SCREENSHOTS, device);
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: name === 'failed' });
  };
  onTestFailed(() => screenshot('failed'));
  return {
    page,
    console: heard,
    screenshot,
    async look(name) {
      await screenshot(name);
      expect({ name, faults: await faultsOf(page) }).toEqual({ name, faults: [] });
      const [width, screen] = await page.evaluate<[number, number]>('[document.body.scrollWidth, innerWidth]');
      expect({ name, width }).toEqual({ name, width: Math.min(width, screen) });
    },
  };
};

/** What axe finds: the rule that is broken, and where. */
const faultsOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(AXE);
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))',
  );
};
