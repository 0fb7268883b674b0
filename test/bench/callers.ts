import { randomInt, randomUUID } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Issuer } from '../../infra/local/issuer.ts';
import type { OPERATIONS } from '../../lib/operations/index.ts';
import type { Services } from './services.ts';

/** An operation of the API by its name. */
export type Name = keyof typeof OPERATIONS;

/** What a request is answered with. */
export type Told = { readonly status: number; readonly body: unknown };

/** Takes an event of API Gateway to the function of an operation. */
export type Invoke = (name: Name, event: object) => Promise<APIGatewayProxyStructuredResultV2>;

/** Somebody who calls functions, with a number and an address of their own. */
export type Caller = {
  readonly sub: string;
  readonly phone: string;
  call(name: Name, body?: object, headers?: Readonly<Record<string, string>>): Promise<Told>;
  /** The latest code that the phone got; empty where there is none. */
  code(): string;
};

/** A number that nobody else has, as good as certainly. */
export const somePhone = (): string => `+4915${String(randomInt(10 ** 9)).padStart(9, '0')}`;

/** The latest code that a phone got. */
export const codeFor = ({ inbox }: Pick<Services, 'inbox'>, phone: string): string =>
  /#(\d+)$/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[1] ?? '';

/** Makes somebody new. */
export const createCaller = async (issuer: Issuer, services: Services, invoke: Invoke): Promise<Caller> => {
  const sub = `user-${randomUUID()}`;
  const authorization = `Bearer ${await issuer.token({ sub, expiresIn: 36_000 })}`;
  const phone = somePhone();
  const sourceIp = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  return {
    sub,
    phone,
    async call(name, body = {}, headers = {}) {
      const { statusCode = 0, body: text = '' } = await invoke(name, {
        version: '2.0',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        requestContext: { requestId: randomUUID(), http: { method: 'POST', path: '/', sourceIp } },
        body: JSON.stringify(body),
        isBase64Encoded: false,
      });
      return { status: statusCode, body: JSON.parse(text) };
    },
    code: () => codeFor(services, phone),
  };
};
