import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Admitted } from '../auth/callers.ts';
import { execute } from '../commands/execute.ts';
import { accept } from '../domain/decision.ts';
import type { Dependencies } from '../operations/dependencies.ts';
import type { Operation } from '../operations/operation.ts';
import { createIdempotencyRecords } from '../storage/idempotencyRecords.ts';
import { createUserStore } from '../storage/userStore.ts';
import { header } from './headers.ts';
import { readIdempotencyKey } from './idempotencyKey.ts';
import { sourceNets, userNets } from './sourceAddress.ts';

/** Carries out one operation: the body's fields in, the response message in its JSON form out. Throws the refusal. */
export type OperationHandler = (
  event: APIGatewayProxyEventV2,
  admitted: Admitted,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<object>;

/** How an operation is carried out, whatever protocol its request comes by. */
export const createOperationHandler = (operation: Operation, dependencies: Dependencies): OperationHandler => {
  const { client, config, clock } = dependencies;
  const { sign, command } = operation.connect(dependencies);
  const execution = {
    store: createUserStore(client, config.table),
    records: createIdempotencyRecords(client, config.table),
    clock,
    view: operation.view,
    beforeRepeat: operation.beforeRepeat ?? (() => accept()),
    sign,
  };
  return async (event, { userId, caller, context }, body, signal) => {
    const { input, handle } = command(
      operation.http.startsWith('GET') ? { ...event.queryStringParameters, ...body } : body,
    );
    const key = operation.reads || operation.isIdempotent ? undefined : header(event, 'idempotency-key');
    const { ofSession = false } = operation;
    const ofUser = ofSession ? header(event, 'authorization') : undefined;
    const asker = caller.kind === 'service' ? caller.subject : ofUser;
    return execute(
      { ...execution, handle },
      {
        userId,
        context: { ...context, policy: config.policy },
        sourceNets: caller.kind === 'service' ? userNets(event) : sourceNets(event.requestContext.http.sourceIp),
        languages: header(event, 'accept-language'),
        stepUpProof: caller.kind === 'service' ? undefined : header(event, 'step-up-proof'),
        idempotent: readIdempotencyKey(key, { userId, rpc: operation.rpc, input, asker, ofSession }),
        signal,
      },
    );
  };
};
