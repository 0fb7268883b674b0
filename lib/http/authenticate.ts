import type { Verifier } from '../auth/accessToken.ts';
import { header } from './headers.ts';
import type { Middleware } from './middleware.ts';

/** Verifies the access token before anything else of the request is looked at. */
export const authenticate = (verifier: Pick<Verifier, 'verify'>): Middleware => ({
  async before({ event, context }) {
    context.caller = await verifier.verify(header(event, 'authorization'));
    context.stats.userId = context.caller.userId;
  },
});
