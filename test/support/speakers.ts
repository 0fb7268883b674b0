import { create, type DescMessage, fromJson, type JsonObject, type JsonValue, toJson } from '@bufbuild/protobuf';
import { ConnectError, type Transport } from '@connectrpc/connect';
import { createTransport as createConnectTransport } from '@connectrpc/connect/protocol-connect';
import { createTransport as createGrpcWebTransport } from '@connectrpc/connect/protocol-grpc-web';
import type { Config } from '../../lib/config/config.ts';
import { createFunction } from '../../lib/http/createFunction.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { methodOf } from '../../lib/rpc/descriptors.ts';
import { ErrorInfoSchema, RetryInfoSchema } from '../../lib/rpc/gen/google/rpc/error_details_pb.ts';
import { ErrorDetailSchema } from '../../lib/rpc/gen/zitadel/message_pb.ts';
import { apiOf } from './api.ts';
import { keepChallengeId, withChallengeId } from './challengeIds.ts';
import { BASE_URL, httpClientOf, rpcOf } from './rpc.ts';

/** What a caller gets to know, whatever protocol it speaks: a message or a Status, in JSON. */
export type Said = {
  readonly code: number;
  readonly said: JsonValue;
  readonly wwwAuthenticate?: string | undefined;
  readonly retryAfter?: string | undefined;
};

/** Calls an operation over one protocol. */
export type Speak = (operation: Operation, headers: Record<string, string>, input: JsonObject) => Promise<Said>;

const DETAILS: readonly DescMessage[] = [ErrorDetailSchema, ErrorInfoSchema, RetryInfoSchema];

/** The same functions, called over each protocol that they speak. */
export const speakersOf = (config: Config): Readonly<Record<string, Speak>> => {
  const common = {
    baseUrl: BASE_URL,
    httpClient: httpClientOf(rpcOf(config)),
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 0,
    readMaxBytes: 1_000_000,
    writeMaxBytes: 1_000_000,
    interceptors: [],
  };
  return {
    REST: overRest(config),
    'gRPC-Web': over(createGrpcWebTransport({ ...common, useBinaryFormat: true })),
    'gRPC-Web with JSON': over(createGrpcWebTransport({ ...common, useBinaryFormat: false })),
    Connect: over(createConnectTransport({ ...common, useBinaryFormat: true })),
    'Connect with JSON': over(createConnectTransport({ ...common, useBinaryFormat: false })),
  };
};

/** By the functions of the source: where RPC is packaged, they are what it is held against, and take no processes. */
const overRest = (config: Config): Speak => {
  const apis = new Map(Object.values(OPERATIONS).map((each) => [each, apiOf(each, config, createFunction)]));
  return async (operation, headers, input) => {
    const answer = await apis.get(operation)?.({ headers, body: JSON.stringify(input) });
    const text = (name: string) => answer?.headers[name] as string | undefined;
    return {
      code: answer?.body.code ?? 0,
      said: answer?.body as JsonValue,
      wwwAuthenticate: text('www-authenticate'),
      retryAfter: text('retry-after'),
    };
  };
};

const over =
  (transport: Transport): Speak =>
  async (operation, headers, input) => {
    const method = methodOf(operation);
    try {
      const full = operation.rpc === 'CheckMyOTPSMS' ? withChallengeId(headers, input) : input;
      const request = create(method.input, fromJson(method.input, full) as never);
      const { message } = await transport.unary(method, undefined, undefined, headers, request);
      const said = toJson(method.output, message as never);
      keepChallengeId(headers, said);
      return { code: 0, said };
    } catch (error) {
      const refusal = ConnectError.from(error);
      return {
        code: refusal.code,
        said: { code: refusal.code, message: refusal.rawMessage, details: detailsOf(refusal) },
        wwwAuthenticate: refusal.metadata.get('www-authenticate') ?? undefined,
        retryAfter: refusal.metadata.get('retry-after') ?? undefined,
      };
    }
  };

/** The details in their JSON form; fails on one that is not known. */
const detailsOf = (error: ConnectError): JsonValue[] =>
  error.details.map((detail) => {
    const type = 'type' in detail ? detail.type : detail.desc.typeName;
    const schema = DETAILS.find(({ typeName }) => typeName === type);
    const [value] = schema ? error.findDetails(schema) : [];
    if (!schema || !value) throw new Error(`There is no ${type}`);
    return { '@type': `type.googleapis.com/${type}`, ...(toJson(schema, value) as JsonObject) };
  });
