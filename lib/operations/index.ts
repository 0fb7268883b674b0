import { addOtpSms } from './addOtpSms.ts';
import { challengeOtpSms } from './challengeOtpSms.ts';
import { checkOtpSms } from './checkOtpSms.ts';
import { getPhone } from './getPhone.ts';
import { listAuthFactors } from './listAuthFactors.ts';
import type { Operation } from './operation.ts';
import { removeOtpSms } from './removeOtpSms.ts';
import { removePhone } from './removePhone.ts';
import { resendPhoneVerification } from './resendPhoneVerification.ts';
import { setPhone } from './setPhone.ts';
import { verifyPhone } from './verifyPhone.ts';

/** What users do for themselves: every operation by its name, for every protocol. */
export const OPERATIONS = {
  addOtpSms,
  removeOtpSms,
  listAuthFactors,
  getPhone,
  setPhone,
  verifyPhone,
  resendPhoneVerification,
  removePhone,
  challengeOtpSms,
  checkOtpSms,
} satisfies Readonly<Record<string, Operation>>;
