import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A file that a browser is given. */
export class Page {
  readonly type: string;
  readonly content: string | Buffer;

  constructor(type: string, content: string | Buffer) {
    this.type = type;
    this.content = content;
  }
}

/** The viewer's files that are given out, with their media types. */
const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'swagger-initializer.js': 'text/javascript; charset=utf-8',
  'favicon-16x16.png': 'image/png',
  'favicon-32x32.png': 'image/png',
};

/** What the viewer shows when nobody has told it what to. */
const EXAMPLE = 'https://petstore.swagger.io/v2/swagger.json';

/** A file of the page to read the API's description on and to try it; none when there is no such file. */
export const viewerPage = async (name: string, descriptionPath: string): Promise<Page | undefined> => {
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return undefined;
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const content = await readFile(join(folder, name));
  const isInitializer = name === 'swagger-initializer.js';
  return new Page(type, isInitializer ? content.toString().replace(EXAMPLE, descriptionPath) : content);
};
