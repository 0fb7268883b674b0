import { deploy } from '../lib/http/deploy.ts';
import { resendPhoneVerification } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(resendPhoneVerification);
