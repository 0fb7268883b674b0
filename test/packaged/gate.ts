import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { LOOPBACK } from '../../infra/local/ports.ts';
import { isAllowed, isAllowedByKey, type Permission, permissionsFor } from './authorization.ts';
import type { Deployed } from './environment.ts';
import { readCredential, signatureFault } from './signature.ts';

/** An answer of a service in AWS JSON. */
export type AwsReply = { readonly status: number; readonly body: object };

/** A service of AWS that answers in this process. */
export type AwsService = (operation: string, input: Readonly<Record<string, unknown>>) => Promise<AwsReply>;

/** Who calls AWS: a function under its role, and what stands for the services that it calls. */
export type Principal = Pick<Deployed, 'role' | 'statements' | 'keyPolicies'> & {
  readonly name: string;
  /** By the name in signatures: the URL of a service, or one that answers in this process. */
  readonly services: Readonly<Record<string, string | AwsService>>;
};

/** What Lambda puts into the environment of a function. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
};

/** AWS's front door, on a socket: knows who asks by the signature, refuses what the role does not allow, passes on the rest. */
export type Gate = {
  readonly url: string;
  admit(principal: Principal): Credentials;
  /** What was refused since this was asked last: signatures that do not hold, and what roles do not allow. */
  takeRefusals(): readonly string[];
  /** What was done since this was asked last: `setPhone dynamodb:Query arn:aws:dynamodb:…`. */
  takePermissions(): readonly string[];
};

const refuse = (response: ServerResponse, status: number, type: string, message: string): void =>
  void response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify({ __type: type, message, Message: message }));

/** Its role must allow it, and the policy of the key as well where it is one that is used. */
const mayDo = ({ role, statements, keyPolicies }: Principal, permission: Permission): boolean => {
  const policy = keyPolicies.get(permission.resource);
  return isAllowed(statements, permission) && (!policy || isAllowedByKey(policy, role, permission));
};

/** Starts the gate; it runs as long as the process. */
export const startGate = async (): Promise<Gate> => {
  const principals = new Map<string, { readonly principal: Principal; readonly credentials: Credentials }>();
  const refusals: string[] = [];
  const used: string[] = [];

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const { accessKeyId, service } = readCredential(incoming);
    const admitted = principals.get(accessKeyId);
    if (!admitted) {
      refusals.push(`A request is signed by nobody that is known: ${incoming.headers.authorization}`);
      return refuse(response, 400, 'UnrecognizedClientException', 'The security token included is invalid.');
    }
    const { principal, credentials } = admitted;
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const fault = signatureFault(incoming, body, credentials);
    if (fault) {
      refusals.push(`${principal.name} signs ${service}:${operation} wrongly: ${fault}`);
      return refuse(response, 400, 'InvalidSignatureException', 'The request signature does not match.');
    }
    const input = JSON.parse(body.toString());
    const permissions = permissionsFor(service, operation, input);
    const denied = permissions.find((permission) => !mayDo(principal, permission));
    if (denied) {
      const text = `${principal.name} is not authorized to perform: ${denied.action} on resource: ${denied.resource}`;
      refusals.push(text);
      return refuse(response, 400, 'AccessDeniedException', text);
    }
    used.push(...permissions.map(({ action, resource }) => `${principal.name} ${action} ${resource}`));
    const target = principal.services[service];
    if (target === undefined) throw new Error(`Nothing stands for ${service}`);
    if (typeof target === 'string') return passOn(target, incoming, body, response);
    const reply = await target(operation, input);
    response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(reply.body));
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      refusals.push(String(error));
      incoming.socket.destroy();
    });
  });
  server.keepAliveTimeout = 60_000; // milliseconds; AWS keeps connections about as long
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  server.unref();

  const take = (list: string[]) => list.splice(0);
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    admit(principal) {
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: Buffer.from(randomUUID()).toString('base64'),
      };
      principals.set(credentials.accessKeyId, { principal, credentials });
      return credentials;
    },
    takeRefusals: () => take(refusals),
    takePermissions: () => take(used),
  };
};

/** Asks the service itself; what becomes of the connection to it becomes of the one to the function. */
const passOn = (url: string, incoming: IncomingMessage, body: Buffer, response: ServerResponse): void => {
  const { host, ...headers } = incoming.headers;
  const outgoing = request(url, { method: 'POST', headers, path: incoming.url ?? '/' }, (answered) => {
    response.writeHead(answered.statusCode ?? 0, answered.headers);
    answered.on('error', () => incoming.socket.destroy()).pipe(response);
  });
  outgoing.on('error', () => incoming.socket.destroy()).end(body);
  response.on('close', () => outgoing.destroy());
};
