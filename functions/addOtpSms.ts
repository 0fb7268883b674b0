import { deploy } from '../lib/http/deploy.ts';
import { addOtpSms } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(addOtpSms);
