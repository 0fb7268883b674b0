import { addOtpSms } from './addOtpSms.ts';
import { addUserOtpSms } from './addUserOtpSms.ts';
import { challengeOtpSms } from './challengeOtpSms.ts';
import { challengeUserOtpSms } from './challengeUserOtpSms.ts';
import { checkOtpSms } from './checkOtpSms.ts';
import { checkUserOtpSms } from './checkUserOtpSms.ts';
import { deleteUser } from './deleteUser.ts';
import { getPhone } from './getPhone.ts';
import { getUserOtpSms } from './getUserOtpSms.ts';
import { listAuthFactors } from './listAuthFactors.ts';
import { listUserEvents } from './listUserEvents.ts';
import { listUserFactors } from './listUserFactors.ts';
import { listUserMethods } from './listUserMethods.ts';
import type { Operation } from './operation.ts';
import { removeOtpSms } from './removeOtpSms.ts';
import { removePhone } from './removePhone.ts';
import { removeUserOtpSms } from './removeUserOtpSms.ts';
import { removeUserPhone } from './removeUserPhone.ts';
import { resendPhoneVerification } from './resendPhoneVerification.ts';
import { resendUserPhoneCode } from './resendUserPhoneCode.ts';
import { setPhone } from './setPhone.ts';
import { setUserPhone } from './setUserPhone.ts';
import { unlockUserOtpSms } from './unlockUserOtpSms.ts';
import { verifyPhone } from './verifyPhone.ts';
import { verifyUserPhone } from './verifyUserPhone.ts';

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

/** What is done to users by their ids, over REST: every operation by its name. */
export const OPERATIONS_BY_USER_ID = {
  challengeUserOtpSms,
  checkUserOtpSms,
  addUserOtpSms,
  getUserOtpSms,
  unlockUserOtpSms,
  removeUserOtpSms,
  setUserPhone,
  verifyUserPhone,
  resendUserPhoneCode,
  removeUserPhone,
  listUserMethods,
  listUserFactors,
  listUserEvents,
  deleteUser,
} satisfies Readonly<Record<string, Operation>>;
