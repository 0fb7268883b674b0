import { deploy } from '../lib/http/deploy.ts';
import { challengeOtpSms } from '../lib/operations/operations.ts';

export const { handler, then } = deploy(challengeOtpSms);
