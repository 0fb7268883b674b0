import { randomUUID } from 'node:crypto';
import { ServiceException } from '@smithy/core/client';
import { retryMiddleware, StandardRetryStrategy } from '@smithy/core/retry';
import type { Limits } from '../../../lib/auth/exchange.ts';
import { endpointOf, type Service } from './services.ts';
import { createSign } from './signing.ts';
import { createPost } from './transport.ts';

type Settings = { readonly maxAttempts: number; readonly requestHandler: Limits };
type ErrorClass = new (options: object) => Error;
type Command = { readonly operation: string; readonly input: object };

/** A middleware of the SDK as far as it is used here. */
type Middleware = (next: Handler, context: object) => Handler;
type Handler = (args: Args) => Promise<{ readonly response: unknown; readonly output: object }>;
type Args = { readonly input: object; readonly request: Request };
type Request = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** What clients may be told. An attempt fails after `requestTimeout` in any case: more than the last two ask for. */
const SETTINGS = [
  'maxAttempts',
  'requestHandler',
  'connectionTimeout',
  'requestTimeout',
  'socketTimeout',
  'throwOnRequestTimeout',
  'credentials',
  'httpAgent',
  'httpsAgent',
];

/** What an environment may ask for that is not there. */
const LEFT_OUT = {
  AWS_RETRY_MODE: 'adaptive',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'required',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
};

/**
 * What a deployed function has in the place of the SDK's clients: commands, errors, retries and middlewares are the
 * SDK's; between them a request is JSON, signed and posted, without schemas and without the ways to configure what a
 * function finds in its environment. These take 20 ms of each start, and a third of what a request takes of a processor.
 */
export class FunctionClient {
  readonly #service: Service;
  readonly #errors: Readonly<Record<string, ErrorClass>>;
  readonly #settings: Settings;
  readonly #agent: string;
  readonly #retry: Middleware;
  readonly #steps: Record<string, Middleware[]> = { initialize: [], deserialize: [] };
  #connection: ReturnType<typeof connect> | undefined;

  constructor(service: Service, version: string, errors: object, settings: Settings) {
    const names = [settings, settings.requestHandler].flatMap((each) => Object.keys(each));
    const unknown = names.filter((name) => !SETTINGS.includes(name));
    if (unknown.length > 0) throw new Error(`Settings of clients are left out of this bundle: ${unknown.join(', ')}`);
    this.#service = service;
    this.#errors = errors as Record<string, ErrorClass>;
    this.#settings = settings;
    this.#agent = `aws-sdk-js/${version} lang/js md/nodejs#${process.versions.node}`;
    const { maxAttempts } = settings;
    const strategy = new StandardRetryStrategy(maxAttempts);
    const retries = { retryStrategy: async () => strategy, maxAttempts: async () => maxAttempts };
    this.#retry = retryMiddleware(retries) as unknown as Middleware;
  }

  readonly middlewareStack = {
    add: (middleware: Middleware, { step }: { readonly step: string }): void => {
      const middlewares = this.#steps[step];
      if (!middlewares) throw new Error(`Middlewares of the step ${step} are left out of this bundle`);
      middlewares.push(middleware);
    },
  };

  async send({ operation, input }: Command, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
    const context = { commandName: `${operation}Command` };
    const around = (step: string, handler: Handler): Handler =>
      (this.#steps[step] ?? []).reduceRight((next, middleware) => middleware(next, context), handler);
    const attempt = around('deserialize', ({ request }) => this.#attempt(request, abortSignal));
    const attempts = this.#retry(attempt, context);
    const whole = around('initialize', (args) => attempts({ ...args, request: this.#request(operation, args.input) }));
    return (await whole({ input } as Args)).output;
  }

  #request(operation: string, input: object): Request {
    const { version, target, tokens } = this.#service;
    const token = tokens[operation];
    return {
      ...A_REQUEST,
      headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${target}.${operation}` },
      body: JSON.stringify(token ? { [token]: randomUUID(), ...input } : input, toBase64),
    };
  }

  async #attempt({ headers, body }: Request, signal: AbortSignal | undefined) {
    this.#connection ??= connect(this.#service, this.#settings);
    const { sign, post, host } = this.#connection;
    const unsigned = { 'user-agent': this.#agent, 'content-length': String(Buffer.byteLength(body)) };
    const answer = await post({ ...sign({ ...headers, host }, body), ...unsigned }, body, signal);
    const $metadata = { httpStatusCode: answer.status, requestId: answer.headers['x-amzn-requestid'] };
    const output = { ...this.#read(answer.body.toString(), $metadata), $metadata };
    if (answer.status >= 300) throw this.#error(output, answer.status < 500 ? 'client' : 'server');
    return { response: answer, output };
  }

  #read(body: string, $metadata: object): object {
    const { bytes } = this.#service;
    const fromBase64 = (name: string, value: unknown) =>
      typeof value === 'string' && bytes.includes(name) ? Buffer.from(value, 'base64') : value;
    try {
      return JSON.parse(body || '{}', bytes.some((name) => body.includes(`"${name}"`)) ? fromBase64 : undefined);
    } catch (error) {
      throw Object.assign(error as Error, { $metadata });
    }
  }

  #error(output: object, $fault: 'client' | 'server'): Error {
    const { __type: type = 'Unknown', message, Message, ...fields } = output as Record<string, string>;
    const name = type.replace(/^.*#|:.*$/g, '');
    const Known = (Object.hasOwn(this.#errors, name) && this.#errors[name]) || (ServiceException as ErrorClass);
    const known = { name, $fault, ...fields, message: message ?? Message ?? 'UnknownError' };
    return Object.assign(new Known(known), fields);
  }
}

/** What the SDK knows a request by that it may number its attempts of. */
const A_REQUEST = { method: 'POST', protocol: 'https:', hostname: '', path: '/', query: {} };

/** Looked up with the first request, which tells what is missing. */
const connect = (service: Service, { requestHandler }: Settings) => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  const { AWS_SESSION_TOKEN: sessionToken, AWS_REGION: region } = process.env;
  for (const [variable, value] of Object.entries(LEFT_OUT)) {
    if (process.env[variable] === value) throw new Error(`${variable}=${value} is left out of this bundle`);
  }
  if (!region) throw new Error('The environment names no AWS_REGION');
  if (!accessKeyId || !secretAccessKey) throw new Error('The environment holds no credentials of AWS');
  const endpoint = endpointOf(service, region);
  return {
    host: endpoint.host,
    sign: createSign({ accessKeyId, secretAccessKey, sessionToken, region, service: service.name }),
    post: createPost(endpoint, requestHandler),
  };
};

/** A buffer has been made to something else by its `toJSON` when it is `value`. */
function toBase64(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const raw = this[name];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value;
}
