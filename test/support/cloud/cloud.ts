import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Account } from './account.ts';
import { answerS3 } from './bucket.ts';
import { CloudFormation } from './cloudFormation.ts';
import { Refusal } from './refusal.ts';
import { toXml, type Xml } from './xml.ts';

/** A stand-in for the parts of AWS that a deploy talks to, on loopback. */
export type Cloud = {
  readonly account: Account;
  readonly cloudFormation: CloudFormation;
  /** The variables by which a deploy takes it for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
};

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer };

const query = (action: string, result: Xml): Answer => {
  const body = toXml({ [`${action}Response`]: { [`${action}Result`]: result, ResponseMetadata: { RequestId: '1' } } });
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
};

const refused = (service: string, { code, message, status }: Refusal): Answer => {
  const error = { Code: code, Message: message };
  const [headers, body] =
    service === 'cloudformation' || service === 's3'
      ? [
          { 'content-type': 'text/xml' },
          toXml(service === 's3' ? { Error: error } : { ErrorResponse: { Error: error } }),
        ]
      : [{ 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code }, JSON.stringify({ message })];
  return { status, headers, body };
};

const functionOf = (account: Account, path: string): Answer => {
  const name = path.split('/').at(-1) ?? '';
  const found = account.find('AWS::Lambda::Function', name);
  if (!found) throw new Refusal('ResourceNotFoundException', `Function not found: ${name}`, 404);
  const body = JSON.stringify({ Configuration: { FunctionName: name, LastModified: found.since.toISOString() } });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
};

/** Starts the stand-in. */
export const startCloud = async (): Promise<Cloud> => {
  const account = new Account();
  const cloudFormation = new CloudFormation(account);

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    // Each request says in its signature which service it is for.
    const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const body = await buffer(request);
    try {
      if (service === 'sts') {
        return query('GetCallerIdentity', { Account: '000000000000', Arn: 'arn:aws:iam::000000000000:user/test' });
      }
      if (service === 'cloudformation') {
        const fields = new URLSearchParams(body.toString());
        return query(fields.get('Action') ?? '', cloudFormation.call(fields));
      }
      if (service === 's3') {
        const url = new URL(request.url ?? '/', 'http://127.0.0.1');
        const headers = request.headers as Record<string, string>;
        return { status: 200, ...answerS3(account, { method: request.method ?? '', url, headers, body }) };
      }
      if (service === 'lambda') return functionOf(account, request.url ?? '');
      throw new Refusal(NOT_FOUND[service] ?? 'UnknownService', `There is nothing of ${service} here`, 404);
    } catch (error) {
      return refused(service, error instanceof Refusal ? error : new Refusal('InternalFailure', String(error), 500));
    }
  };
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers = {}, body } = await answer(request);
    response.writeHead(status, headers).end(body);
  };
  const server = createServer((request, response) => void respond(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    account,
    cloudFormation,
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      SLS_AWS_MONITORING_FREQUENCY: '20',
    },
    close: () => void server.close(),
  };
};

/** What is asked for and is none of what a stack has here. */
const NOT_FOUND: Readonly<Record<string, string>> = {
  ecr: 'RepositoryNotFoundException',
};
