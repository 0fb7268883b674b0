import { findTrailerError } from '@connectrpc/connect/protocol-grpc';
import { expect } from 'vitest';
import type { Issuer } from '../../infra/local/issuer.ts';
import { ErrorInfoSchema } from '../../lib/rpc/gen/google/rpc/error_details_pb.ts';
import { bearer, someone, users } from './api.ts';
import { frame } from './rpc.ts';

const AUTH = '/zitadel.auth.v1.AuthService';

/** Paths of methods, and of one that there is none of. */
export const SET = `${AUTH}/SetMyPhone`;
export const GET = `${AUTH}/GetMyPhone`;
export const VERIFY = `${AUTH}/VerifyMyPhone`;
export const UNKNOWN = `${AUTH}/GetMyUser`;

export const PHONE = '+41791234567';
export const WEB = { 'content-type': 'application/grpc-web+proto' };
export const EMPTY = frame('');

/** The header of somebody new whose phone is verified. */
export const callerOf = async (issuer: Issuer) => {
  const sub = someone();
  await users.put(sub, { phone: PHONE, verified: true });
  return bearer(await issuer.token({ sub }));
};

/** The frames of an answer: its message, and its status as a header or a trailer. */
export const framesOf = async (response: Response, isText = false) => {
  const body = isText ? Buffer.from(await response.text(), 'base64') : Buffer.from(await response.arrayBuffer());
  const frames: { flags: number; content: Buffer }[] = [];
  for (let at = 0; at < body.length; at += 5 + body.readUInt32BE(at + 1)) {
    frames.push({ flags: body.readUInt8(at), content: body.subarray(at + 5, at + 5 + body.readUInt32BE(at + 1)) });
  }
  const trailers = frames.find(({ flags }) => flags === 0x80)?.content.toString() ?? '';
  const lines = trailers.split('\r\n').filter((line) => line !== '');
  const status = new Headers(lines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]));
  return { message: frames.find(({ flags }) => flags === 0)?.content, status };
};

/** Code and reason of a refusal over gRPC-Web. */
export const refusalOf = async (response: Response) => {
  expect(response.status).toBe(200);
  const { message, status } = await framesOf(response);
  expect(message).toBeUndefined();
  const error = findTrailerError(status.has('grpc-status') ? status : response.headers);
  return { code: error?.code, reason: error?.findDetails(ErrorInfoSchema)[0]?.reason };
};
