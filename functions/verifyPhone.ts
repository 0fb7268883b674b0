import { deploy } from '../lib/http/deploy.ts';
import { verifyPhone } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(verifyPhone);
