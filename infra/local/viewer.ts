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
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The page itself, at whatever path: readable on a phone too, which shows nothing beside what is wide but scrolls that. */
const pageOf = (descriptionPath: string): string => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>otp-sms-factor</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <style>
      body { margin: 0 }
      @media (max-width: 640px) {
        .swagger-ui .wrapper { padding: 0 8px }
        .swagger-ui .opblock .opblock-summary { flex-wrap: wrap }
        .swagger-ui table, .swagger-ui pre { display: block; overflow-x: auto }
        .swagger-ui .opblock-summary-path { max-width: 100%; word-break: break-word }
      }
    </style>
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script>
      SwaggerUIBundle({ url: '${descriptionPath}', dom_id: '#swagger-ui', deepLinking: true, persistAuthorization: true })
    </script>
  </body>
</html>
`;

/** The page to read the API's description on and to try it. */
export const viewerPage = (descriptionPath: string): Page =>
  new Page('text/html; charset=utf-8', pageOf(descriptionPath));

/** A file that the page names; none when there is no such file. */
export const viewerFile = async (name: string): Promise<Page | undefined> => {
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return undefined;
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return new Page(type, await readFile(join(folder, name)));
};
