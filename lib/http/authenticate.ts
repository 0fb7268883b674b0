import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Verifier } from '../auth/accessToken.ts';
import { admit, type Target } from '../auth/callers.ts';
import type { Operation } from '../operations/operation.ts';
import { header } from './headers.ts';
import type { Middleware } from './middleware.ts';

/** Verifies the access token, and lets its caller in, before anything else of the request is looked at. */
export const authenticate = (verifier: Pick<Verifier, 'verify'>, { allows }: Operation): Middleware => ({
  async before({ event, context }) {
    const caller = await verifier.verify(header(event, 'authorization'));
    context.admitted = admit(allows, caller, targetOf(event));
    context.stats.userId = context.admitted.userId;
    if (caller.kind === 'service') context.stats.service = caller.subject;
  },
});

/** API Gateway has decoded the path. The header is ZITADEL's, whose clients send it: it says nothing of users themselves. */
const targetOf = (event: APIGatewayProxyEventV2): Target => ({
  userId: event.pathParameters?.user_id,
  owner: header(event, 'x-zitadel-orgid'),
});
