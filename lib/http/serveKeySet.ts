import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { connectProofs } from '../connectProofs.ts';
import { DomainError } from '../domain/errors.ts';
import { refused } from './response.ts';

/** Seconds that a verifier may keep the key set. */
const MAX_AGE = 300;

/** The Lambda handler of the key set that verifies proofs; open to all, as any verifier reads it. */
export const serveKeySet = (env = process.env) => {
  const proofs = connectProofs(env);
  return async (): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      const body = JSON.stringify(proofs ? await proofs.keySet() : { keys: [] });
      const headers = { 'content-type': 'application/json', 'cache-control': `public, max-age=${MAX_AGE}` };
      return { statusCode: 200, headers, body };
    } catch (cause) {
      return refused(cause instanceof DomainError ? cause : new DomainError('INTERNAL', { cause }));
    }
  };
};
