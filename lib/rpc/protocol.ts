import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { header } from '../http/headers.ts';
import { grpcWebOf } from './grpcWeb.ts';

/** How a request is written: gRPC-Web or Connect, in base64 or not, with messages in JSON or protobuf. */
export type Protocol = {
  readonly web: boolean;
  readonly text: boolean;
  readonly json: boolean;
  /** The content type by which the protocol's library knows it. */
  readonly contentType: string;
};

/** The protocol of a request. What is neither gRPC-Web nor protobuf is read as JSON, whatever its content type. */
export const protocolOf = (event: APIGatewayProxyEventV2): Protocol => {
  const grpcWeb = grpcWebOf(event);
  if (grpcWeb) return { web: true, ...grpcWeb, contentType: `application/grpc-web+${grpcWeb.json ? 'json' : 'proto'}` };
  const json = !/^application\/proto\s*(?:;|$)/i.test(header(event, 'content-type') ?? '');
  return { web: false, text: false, json, contentType: `application/${json ? 'json' : 'proto'}` };
};
