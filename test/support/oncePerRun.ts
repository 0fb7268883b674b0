import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable that names the folder of a run; one that is set beforehand is used as it is, and kept. */
export const RUN_FOLDER = 'TEST_RUN_FOLDER';

/** Milliseconds that a test waits for what another one makes. */
const PATIENCE_MS = 170_000;

/** Makes a folder for what the test files of a run share, and removes it afterwards. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env[RUN_FOLDER]) return async () => {};
  const folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-run-'));
  process.env[RUN_FOLDER] = folder;
  return () => rm(folder, { recursive: true });
}

/** Has `make` fill a folder once for all test files of a run, whichever comes first; returns the folder. */
export const oncePerRun = async (name: string, make: (folder: string) => Promise<void>): Promise<string> => {
  const folder = join(process.env[RUN_FOLDER] ?? '', name);
  const [done, failed] = [join(folder, '.done'), join(folder, '.failed')];
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    await make(folder).then(
      () => writeFile(done, ''),
      (error: unknown) => writeFile(failed, String(error)),
    );
  }
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (await exists(done)) return folder;
    if (await exists(failed)) throw new Error(`${name} cannot be made: ${await readFile(failed, 'utf8')}`);
    await sleep(100);
  }
  throw new Error(`${name} was not made in time`);
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
