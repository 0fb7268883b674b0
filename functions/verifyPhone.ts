import { serve } from '../lib/http/serve.ts';
import { verifyPhone } from '../lib/operations.ts';

export const handler = serve(verifyPhone);
