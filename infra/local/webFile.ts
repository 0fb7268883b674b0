/** A file that a browser is given. */
export class WebFile {
  readonly type: string;
  readonly content: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: string, content: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
    this.type = type;
    this.content = content;
    this.headers = headers;
  }
}

/** The media types of the files of the pages. */
const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** A file by its name, which says its type; none where no page has files of that type. */
export const webFile = (name: string, content: string | Uint8Array): WebFile | undefined => {
  const type = TYPES[name.split('.').at(-1) ?? ''];
  return type === undefined ? undefined : new WebFile(type, content);
};

/** A page that runs the scripts of this server only, and calls nothing but this server and the API. */
export const webPage = (html: string, apiUrl: string): WebFile => {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${apiUrl}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return new WebFile('text/html; charset=utf-8', html.replaceAll('{{api}}', apiUrl), {
    'content-security-policy': policy.join('; '),
    'referrer-policy': 'no-referrer',
  });
};
