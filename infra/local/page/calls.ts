import { announce, copyOf, find, onUse } from './dom.ts';
import { coloured } from './json.ts';

/** Headers of an answer that say something to who calls the API. */
const TOLD = ['date', 'retry-after', 'www-authenticate'];

/** Calls that are kept on the page. */
const CAPACITY = 100;

/** Lists each call with its answer, the last one first; `onWrite` hears of each call that may have changed something. */
export const watchCalls = (onWrite: () => void): typeof fetch => {
  const list = find('#calls', HTMLOListElement);
  const clear = find('#clear-calls', HTMLButtonElement);
  onUse(clear, () => {
    list.replaceChildren();
    clear.hidden = true;
    find('#calls-title', HTMLElement).focus();
  });
  return async (input, init = {}) => {
    const begin = performance.now();
    const response = await fetch(input, init);
    const tookMs = Math.round(performance.now() - begin);
    const answer: unknown = await response
      .clone()
      .json()
      .catch(() => undefined);
    list.prepend(entry(new URL(String(input)), init, response, answer, tookMs));
    clear.hidden = false;
    while (list.children.length > CAPACITY) list.lastElementChild?.remove();
    if (init.method !== 'GET') onWrite();
    return response;
  };
};

const entry = (url: URL, init: RequestInit, response: Response, answer: unknown, tookMs: number): HTMLElement => {
  const item = copyOf('#call');
  const { method = 'GET', body } = init;
  const headers = [...new Headers(init.headers)];
  const fill = (selector: string, text: string) => {
    find(selector, HTMLElement, item).textContent = text;
  };
  fill('.method', method);
  fill('.path', url.pathname.replace('/auth/v1', ''));
  fill('.status', String(response.status));
  fill('.reason', reasonIn(answer));
  fill('.took', `${tookMs} ms`);
  item.dataset.outcome = response.ok ? 'done' : 'refused';
  item.dataset.reads = String(method === 'GET' || url.pathname.endsWith('_search'));

  const [request, reply] = item.querySelectorAll('pre code');
  const told = TOLD.flatMap((name) => (response.headers.has(name) ? [[name, response.headers.get(name) ?? '']] : []));
  request?.append(
    `${method} ${url.pathname}\n${headers.map(([name, value]) => `${name}: ${shortened(value)}`).join('\n')}`,
    ...(typeof body === 'string' ? ['\n\n', coloured(JSON.parse(body))] : []),
  );
  reply?.append(
    `${response.status} ${response.statusText}\n${told.map(([name, value]) => `${name}: ${value}`).join('\n')}`,
    ...(answer === undefined ? [] : ['\n\n', coloured(answer)]),
  );

  const copy = find('button', HTMLButtonElement, item);
  onUse(copy, async () => {
    await navigator.clipboard.writeText(asCurl(method, url, headers, body));
    announce('Copied.');
    copy.textContent = 'Copied';
  });
  return item;
};

const reasonIn = (answer: unknown): string => /"reason":"(\w+)"/.exec(JSON.stringify(answer) ?? '')?.[1] ?? '';

/** A token or a proof by its beginning and end: nobody reads what is between. */
const shortened = (value: string): string => value.replace(/\b(eyJ[\w-]{5})[\w.-]+([\w-]{4})\b/, '$1…$2');

const asCurl = (method: string, url: URL, headers: readonly [string, string][], body: unknown): string =>
  [
    `curl -i -X ${method} ${quoted(url.href)}`,
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(typeof body === 'string' ? [`-d ${quoted(body)}`] : []),
  ].join(' \\\n  ');

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
