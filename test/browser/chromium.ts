import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Chromium, { inflate } from '@sparticuz/chromium';
import { ROOT } from '../support/spawn.ts';

/** The variable that names the folder in which Chromium is. */
export const CHROMIUM_FOLDER = 'TEST_CHROMIUM_FOLDER';

const PACKAGE = join(ROOT, 'node_modules/@sparticuz/chromium');

/**
 * Unpacks Chromium from its package, once for each version; the package itself would take whatever is unpacked already,
 * and has its place from TMPDIR only.
 */
export default async function setup(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'));
  const folder = join(tmpdir(), `otp-sms-factor-chromium-${version}`);
  process.env[CHROMIUM_FOLDER] = folder;
  if (await isThere(folder)) return;
  const { TMPDIR } = process.env;
  const unfinished = await mkdtemp(`${folder}-`);
  try {
    process.env.TMPDIR = unfinished;
    Chromium.setGraphicsMode = false;
    await Chromium.executablePath();
    await inflate(join(PACKAGE, 'bin/al2023.tar.br')); // libraries that not every system has
    await writeFile(join(unfinished, 'fonts.conf'), fontsIn(folder));
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await isThere(folder))) throw error; // another run was first
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** The fonts that are known: those of the package, whatever the system has. */
const fontsIn = (folder: string): string =>
  `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`;

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
