import { serve } from '../lib/http/serve.ts';
import { removePhone } from '../lib/operations.ts';

export const handler = serve(removePhone);
