import { serve } from '../lib/http/serve.ts';
import { getPhone } from '../lib/operations.ts';

export const handler = serve(getPhone);
