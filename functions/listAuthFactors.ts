import { deploy } from '../lib/http/deploy.ts';
import { listAuthFactors } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(listAuthFactors);
