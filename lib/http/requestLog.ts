import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Publish } from '../telemetry/report.ts';
import { createRequestStats } from '../telemetry/requestStats.ts';
import { toRefusal } from './errorToStatus.ts';
import type { Middleware } from './middleware.ts';

/** Observes each request and publishes how it ended. Registered first, so that it sees the final answer. */
export const requestLog = (
  operation: string | ((event: APIGatewayProxyEventV2) => string),
  publish: Publish,
): Middleware => {
  const report: NonNullable<Middleware['after']> = ({ event, context, response, error = context.refusal }) => {
    const { stats } = context;
    publish({
      requestId: event?.requestContext?.requestId ?? context.awsRequestId,
      operation: typeof operation === 'string' ? operation : operation(event),
      status: response?.statusCode ?? 500,
      refusal: error ? toRefusal(error) : undefined,
      durationMs: performance.now() - stats.startedAt,
      stats,
    });
  };
  return {
    before({ context }) {
      context.stats = createRequestStats();
    },
    after: report,
    onError: report,
  };
};
