import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { type ConnectError, createConnectRouter, createContextKey, type HandlerContext } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Verifier } from '../auth/accessToken.ts';
import { type Admitted, admit } from '../auth/callers.ts';
import type { ApiError } from '../errors/errors.ts';
import { toRefusal } from '../http/errorToStatus.ts';
import { header } from '../http/headers.ts';
import { createOperationHandler } from '../http/operationHandler.ts';
import type { Dependencies } from '../operations/dependencies.ts';
import { OPERATIONS } from '../operations/index.ts';
import type { Operation } from '../operations/operation.ts';
import { inTime } from './deadline.ts';
import { methodOf } from './descriptors.ts';
import { toConnectError } from './refusal.ts';

/** A request on its way through the protocols' library. */
export type Call = {
  readonly event: APIGatewayProxyEventV2;
  admitted?: Admitted;
  /** Why it was refused, as far as it was. */
  refusal?: ApiError;
};

/** An operation with the handler of its method, which takes a call under `CALL`. */
export type Method = { readonly operation: Operation; readonly handler: UniversalHandler };

/** The call among the context values of a handler. */
export const CALL = createContextKey<Call | undefined>(undefined);

/** The methods of both services by their paths. */
export const createMethods = (verifier: Verifier, resources: Dependencies): ReadonlyMap<string, Method> => {
  // Runs before anything of the body is read.
  const requestGate =
    ({ allows }: Operation) =>
    (context: HandlerContext) =>
      refusing(context, async (call) => {
        const caller = await verifier.verify(header(call.event, 'authorization'));
        call.admitted = admit(allows, caller, {});
      });

  return new Map(
    Object.values(OPERATIONS).map((operation) => {
      const method = methodOf(operation);
      const perform = createOperationHandler(operation, resources);
      const router = createConnectRouter({ grpc: false, requestGate: requestGate(operation) }).rpc(
        method,
        (request, context) =>
          refusing(context, async ({ event, admitted }) => {
            const message = await perform(event, admitted as Admitted, { ...request }, context.signal);
            return fromJson(method.output, message as JsonValue);
          }),
      );
      const [handler] = router.handlers as [UniversalHandler];
      return [handler.requestPath, { operation, handler }];
    }),
  );
};

/** Notes why a call is refused, and tells the library. */
export const refuse = (call: Call, error: unknown): ConnectError => {
  call.refusal = toRefusal(error);
  return toConnectError(call.refusal);
};

const refusing = async <Result>({ values, signal }: HandlerContext, work: (call: Call) => Promise<Result>) => {
  const call = values.get(CALL) as Call;
  try {
    return await inTime(signal, () => work(call));
  } catch (error) {
    throw refuse(call, error);
  }
};
