import { vi } from 'vitest';
import { linesOf } from './serviceLines.ts';

/** A line that was read as JSON. */
type Line = Record<string, unknown>;

/** What the service told its operators: the text as it was written, and its lines. */
export type Told = { readonly text: string; readonly log: readonly Line[]; readonly metrics: readonly Line[] };

/** Does some work, and returns what was told meanwhile. */
export const toldBy = async (work: () => unknown): Promise<Told> => {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const text = written.join('');
  const lines = linesOf(text).map((line): Line => JSON.parse(line));
  return {
    text,
    log: lines.filter((line) => !('_aws' in line)),
    metrics: lines.filter((line) => '_aws' in line),
  };
};
