import { deploy } from '../lib/http/deploy.ts';
import { getPhone } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(getPhone);
