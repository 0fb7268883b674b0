import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Admitted } from '../auth/callers.ts';
import type { ApiError } from '../errors/errors.ts';
import type { RequestStats } from '../telemetry/requestStats.ts';

/**
 * The Lambda context, with what is seen of the request, the caller once it is let in, and why the call was refused
 * without an error.
 */
export type CallContext = Context & { stats: RequestStats; admitted: Admitted; refusal?: ApiError };

/** A middleware of this service's chain. */
export type Middleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, CallContext>;
