import { serve } from '../lib/http/serve.ts';
import { listAuthFactors } from '../lib/operations.ts';

export const handler = serve(listAuthFactors);
