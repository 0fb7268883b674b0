import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiError, Reason } from '../errors/errors.ts';
import { httpStatus, toStatus } from '../errors/status.ts';

const json = (statusCode: number, body: unknown, headers: Record<string, string> = {}) =>
  ({
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }) satisfies APIGatewayProxyStructuredResultV2;

/** RFC 6750, section 3: a request without credentials is told the scheme only, without an error. */
const CHALLENGES: { readonly [R in Reason]?: string } = {
  AUTHORIZATION_MISSING: 'Bearer',
  ACCESS_TOKEN_INVALID: 'Bearer error="invalid_token"',
  SCOPE_MISSING: 'Bearer error="insufficient_scope"',
};

/** RFC 9470, section 3; without parameters where no re-authentication is taken in a proof's place. */
const stepUpChallenge = ({ acrValues, maxAge }: ApiError['metadata']): string =>
  [
    'Bearer error="insufficient_user_authentication"',
    'error_description="A fresh proof of the second factor is required"',
    ...(acrValues === undefined ? [] : [`acr_values="${acrValues}"`]),
    ...(maxAge === undefined ? [] : [`max_age=${maxAge}`]),
  ].join(', ');

/** The answer to a request that was carried out. */
export const ok = (body: unknown): APIGatewayProxyStructuredResultV2 => json(200, body);

/** The headers that go with a refusal, whatever protocol it is told in. */
export const refusalHeaders = ({ reason, metadata, retryAfter }: ApiError): Record<string, string> => {
  const challenge = reason === 'STEP_UP_REQUIRED' ? stepUpChallenge(metadata) : CHALLENGES[reason];
  return {
    ...(challenge && { 'www-authenticate': challenge }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  };
};

/** The answer to a request that was refused. */
export const refused = (error: ApiError): APIGatewayProxyStructuredResultV2 =>
  json(httpStatus(error), toStatus(error), refusalHeaders(error));
