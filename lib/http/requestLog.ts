import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DomainError } from '../domain/errors.ts';
import type { Middleware } from './chain.ts';
import { httpStatus } from './status.ts';

/**
 * Writes one JSON line per request. Registered first, so that it sees the final answer.
 *
 * Of a cause it tells the kind and the place, never the message: a message may quote a token or a body.
 */
export const requestLog = (
  operation: string | ((event: APIGatewayProxyEventV2) => string),
  write = (line: string) => void process.stdout.write(line),
): Middleware => {
  const starts = new WeakMap<object, number>();
  const log: NonNullable<Middleware['after']> = (request) => {
    const { event, context, response } = request;
    const error = request.error ?? context.refusal;
    const status = response?.statusCode ?? 500;
    // gRPC-Web answers 200 whatever happens.
    const gravity = error instanceof DomainError ? httpStatus(error) : status;
    const entry = {
      level: gravity < 500 ? 'INFO' : 'ERROR',
      requestId: event?.requestContext?.requestId ?? context.awsRequestId,
      operation: typeof operation === 'string' ? operation : operation(event),
      status,
      ...(error instanceof DomainError && { code: error.code, reason: error.reason, cause: describe(error.cause) }),
      durationMs: Math.round(performance.now() - (starts.get(request) ?? Number.NaN)),
    };
    write(`${JSON.stringify(entry)}\n`);
  };
  return {
    before(request) {
      starts.set(request, performance.now());
    },
    after: log,
    onError: log,
  };
};

type Described = { kind: string; code?: unknown; at?: string; cause?: Described | undefined };

const describe = (cause: unknown, depth = 0): Described | undefined => {
  if (!(cause instanceof Error) || depth > 3) return undefined;
  const frame = firstFrame(cause);
  return {
    kind: cause.name === 'Error' ? cause.constructor.name : cause.name,
    ...('code' in cause && { code: cause.code }),
    ...(frame && { at: frame }),
    cause: describe(cause.cause, depth + 1),
  };
};

/** The place an error was made at. The message stands first in `stack`, and may look like a frame itself. */
const firstFrame = ({ stack = '', message }: Error): string | undefined =>
  /^\s+at .*$/m.exec(stack.slice(Math.max(stack.indexOf(message), 0) + message.length))?.[0].trim();
