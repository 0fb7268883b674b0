import { deploy } from '../lib/http/deploy.ts';
import { setPhone } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(setPhone);
