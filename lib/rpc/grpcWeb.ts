import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors/errors.ts';
import { header } from '../http/headers.ts';
import { bodyBytes, fromBase64 } from '../http/text.ts';

/** How the messages of a gRPC-Web body are written, and whether the body as a whole is base64. */
type GrpcWeb = { readonly text: boolean; readonly json: boolean };

const CONTENT_TYPE = /^application\/grpc-web(-text)?(?:\+(?:proto|(json)))?\s*(?:;|$)/i;

/** Bytes before a message: its flags and its length (grpc/doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message). */
const PREFIX_BYTES = 5;

/** The kind of gRPC-Web that a request's content type names, if it names one (grpc/doc/PROTOCOL-WEB.md). */
export const grpcWebOf = (event: APIGatewayProxyEventV2): GrpcWeb | undefined => {
  const match = CONTENT_TYPE.exec(header(event, 'content-type') ?? '');
  return match ? { text: match[1] !== undefined, json: match[2] !== undefined } : undefined;
};

/**
 * The one message in a gRPC-Web body, as bytes.
 *
 * Throws BODY_TOO_LARGE, or BODY_INVALID for no message, several, a compressed one, or a length that is not true.
 */
export const grpcWebMessage = (event: APIGatewayProxyEventV2, { text }: GrpcWeb): Buffer => {
  const body = bodyBytes(event);
  const frame = text ? fromBase64Chunks(body.toString('latin1')) : body;
  const isWhole =
    frame.length >= PREFIX_BYTES && frame[0] === 0 && frame.readUInt32BE(1) === frame.length - PREFIX_BYTES;
  if (!isWhole) throw new ApiError('BODY_INVALID');
  return frame.subarray(PREFIX_BYTES);
};

/** A client may encode chunk by chunk, so that padding stands in the middle as well. */
const fromBase64Chunks = (text: string): Buffer => Buffer.concat(text.split(/(?<==)(?!=)/).map(fromBase64));
