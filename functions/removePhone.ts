import { deploy } from '../lib/http/deploy.ts';
import { removePhone } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(removePhone);
