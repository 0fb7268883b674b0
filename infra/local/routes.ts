import { readFile } from 'node:fs/promises';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { parse } from 'yaml';

type Handler = (event: APIGatewayProxyEventV2, context: object) => Promise<APIGatewayProxyStructuredResultV2>;

/** A route of the API, and the function that it leads to. */
export type Route = {
  /** Verb and path, its parameters in braces. */
  readonly key: string;
  readonly functionName: string;
  /** The function's handler, once its module is loaded and warm. Throws what ends its start. */
  load(): Promise<Handler>;
};

/** What browsers of other origins may do, by their headers in an answer. */
export type Cors = {
  readonly preflight: Readonly<Record<string, string>>;
  readonly every: Readonly<Record<string, string>>;
};

type Functions = Readonly<
  Record<string, { readonly handler: string; readonly events?: readonly { readonly httpApi?: string }[] }>
>;

const read = async (name: string) => parse(await readFile(new URL(`../${name}`, import.meta.url), 'utf8'));

/** The routes that a deployment has; functions are loaded from their sources. */
export const readRoutes = async (): Promise<readonly Route[]> => {
  const functions: Functions = await read('functions.yml');
  return Object.entries(functions).flatMap(([functionName, { handler, events = [] }]) => {
    const [path, name = ''] = handler.split('.');
    const load = async (): Promise<Handler> => (await import(new URL(`../../${path}.ts`, import.meta.url).href))[name];
    return events.flatMap(({ httpApi }) => (httpApi === undefined ? [] : [{ key: httpApi, functionName, load }]));
  });
};

/** What a deployment lets browsers do, for pages of any origin. */
export const readCors = async (): Promise<Cors> => {
  const { allowedHeaders, allowedMethods, exposedResponseHeaders, maxAge } = (await read('api.yml')).httpApi.cors;
  const every = { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposedResponseHeaders.join() };
  return {
    every,
    preflight: {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': allowedHeaders.join(),
      'access-control-allow-methods': allowedMethods.join(),
      'access-control-max-age': String(maxAge),
    },
  };
};
