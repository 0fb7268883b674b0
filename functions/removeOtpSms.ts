import { deploy } from '../lib/http/deploy.ts';
import { removeOtpSms } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(removeOtpSms);
