import { beforeEach } from 'vitest';

/** Titles of the tests that are to run, by a folder on the way to their file. */
const wanted = JSON.parse(process.env.WANTED ?? '{}') as Record<string, readonly string[]>;

beforeEach(({ task, skip }) => {
  const titles = task.file.filepath.split('/').flatMap((folder) => wanted[folder] ?? []);
  if (!titles.includes(task.name)) skip();
});
