import { afterAll, afterEach } from 'vitest';
import { examine, isServiceLine, linesOf } from './serviceLines.ts';

type Write = typeof process.stdout.write;

/** What the service has written since it was looked at last. Test files share a process, and so this. */
const shared = globalThis as { serviceLines?: string[] };

/** Keeps what the service writes for its operators from the screen, whichever test file it runs in. */
const capture = (lines: string[]) => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
    stream.write = ((chunk: unknown, ...rest: readonly unknown[]) => {
      const written = typeof chunk === 'string' ? linesOf(chunk) : [];
      if (written.length === 0 || !written.every(isServiceLine)) return write(chunk, ...rest);
      lines.push(...written);
      return true;
    }) as Write;
  }
  return lines;
};

shared.serviceLines ??= capture([]);
const lines = shared.serviceLines;

// Threat 11, over the whole suite: a line with what may be a secret fails the test that it is written in.
afterEach(() => examine(lines.splice(0)));
afterAll(() => examine(lines.splice(0)));
