import type { Context } from 'aws-lambda';
import { type CommandHandler, decideWith } from '../commands/command.ts';
import { eraseUser } from '../commands/eraseUser.ts';
import { execute } from '../commands/execute.ts';
import { readTableName } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { readPolicy } from '../config/policy.ts';
import { accept, type Outcome } from '../domain/decision.ts';
import { removePhone } from '../domain/phone.ts';
import { removeOtpSms } from '../domain/removeOtpSms.ts';
import { unlock } from '../domain/unlock.ts';
import { httpStatus, toStatus } from '../errors/status.ts';
import { ownTimeMs } from '../http/deadline.ts';
import { toRefusal } from '../http/errorToStatus.ts';
import { detailsOfChange } from '../operations/views.ts';
import { createDocumentClient } from '../storage/client.ts';
import { createErasures } from '../storage/erasures.ts';
import { createIdempotencyRecords } from '../storage/idempotencyRecords.ts';
import { createUserStore } from '../storage/userStore.ts';
import { createPublisher } from '../telemetry/publisher.ts';
import { createRequestStats, withRequestStats } from '../telemetry/requestStats.ts';
import { readSupportRequest, type SupportRequest } from './request.ts';

/** What is known of an invocation. */
type Invocation = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/**
 * The Lambda handler of the function without a route. Whoever IAM lets invoke it acts for a user: its answer is the
 * response message, or google.rpc.Status, both in their JSON form. It never throws, since an error's text would be logged.
 */
export const createSupportFunction = (env: Environment = process.env) => {
  const [client, table, policy, publish] = [
    createDocumentClient(),
    readTableName(env),
    readPolicy(env),
    createPublisher(env),
  ];
  const execution = {
    store: createUserStore(client, table),
    records: createIdempotencyRecords(client, table),
    clock: () => new Date(),
    view: (outcome: Outcome) => ({ details: detailsOfChange(outcome) }),
    beforeRepeat: () => accept(),
    sign: null,
  };

  const handlers: Readonly<Record<SupportRequest['action'], CommandHandler<unknown>>> = {
    unlock: decideWith(unlock),
    removeFactor: decideWith(removeOtpSms),
    removePhone: decideWith(removePhone),
    erase: eraseUser(createErasures(client, table)),
  };

  const carryOut = ({ action, userId, operator, reason }: SupportRequest, context: Invocation): Promise<object> =>
    execute(
      { ...execution, handle: (request) => handlers[action](undefined, request) },
      {
        userId,
        context: { editor: editorOf(operator), policy, stepUp: { by: 'OPERATOR', reason } },
        sourceNets: [],
        languages: undefined,
        stepUpProof: undefined,
        idempotent: undefined,
        signal: AbortSignal.timeout(ownTimeMs(context)),
      },
    );

  return async (payload: unknown, context: Invocation): Promise<object> => {
    const stats = createRequestStats();
    const report = { requestId: context.awsRequestId, stats };
    let operation = 'Support';
    try {
      const request = readSupportRequest(payload);
      stats.userId = request.userId;
      operation = nameOf(request);
      const answer = await withRequestStats(stats, () => carryOut(request, context));
      publish({ ...report, operation, status: 200, refusal: undefined, durationMs: since(stats.startedAt) });
      return answer;
    } catch (error) {
      const refusal = toRefusal(error);
      publish({ ...report, operation, status: httpStatus(refusal), refusal, durationMs: since(stats.startedAt) });
      return toStatus(refusal);
    }
  };
};

/** What the log and the metrics call a request: `SupportRemovePhone`. */
const nameOf = ({ action }: SupportRequest): string => `Support${action.charAt(0).toUpperCase()}${action.slice(1)}`;

const since = (startedAt: number): number => performance.now() - startedAt;

/** How an event names an operator; users and services are named by their subjects as they are. */
const editorOf = (operator: string): string => `operator:${operator}`;
