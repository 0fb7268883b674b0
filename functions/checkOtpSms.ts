import { deploy } from '../lib/http/deploy.ts';
import { checkOtpSms } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(checkOtpSms);
