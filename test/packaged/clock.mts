/** Has a function's process take the time that a test has stopped and moved: loaded before the function, where it has. */
import { readFileSync } from 'node:fs';

const { TEST_CLOCK_FILE = '' } = process.env;
const now = (): number => Number(readFileSync(TEST_CLOCK_FILE, 'utf8'));

globalThis.Date = class extends Date {
  constructor(...parts: []) {
    super(...((parts.length > 0 ? parts : [now()]) as []));
  }
  static override now = now;
} as DateConstructor;
