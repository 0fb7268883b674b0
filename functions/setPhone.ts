import { serve } from '../lib/http/serve.ts';
import { setPhone } from '../lib/operations.ts';

export const handler = serve(setPhone);
