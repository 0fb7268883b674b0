import { createRegistry, type DescMessage, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { ApiError } from '../errors/errors.ts';
import { toStatus } from '../errors/status.ts';
import { ErrorInfoSchema, RetryInfoSchema } from './gen/google/rpc/error_details_pb.ts';
import { ErrorDetailSchema } from './gen/zitadel/message_pb.ts';

const DETAILS = createRegistry(ErrorDetailSchema, ErrorInfoSchema, RetryInfoSchema);

/** A refusal as the protocols' library tells it, with the message and the details of its google.rpc.Status. */
export const toConnectError = (refusal: ApiError): ConnectError => {
  const { code, message, details } = toStatus(refusal);
  return new ConnectError(message, code, undefined, details.map(toDetail), refusal);
};

const toDetail = ({ '@type': type, ...value }: { readonly '@type': string }) => {
  const desc = DETAILS.getMessage(type.slice(type.lastIndexOf('/') + 1)) as DescMessage;
  return { desc, value: fromJson(desc, value as JsonObject) };
};
