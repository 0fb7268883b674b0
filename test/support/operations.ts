import { addUserOtpSms } from '../../lib/operations/addUserOtpSms.ts';
import { challengeUserOtpSms } from '../../lib/operations/challengeUserOtpSms.ts';
import { checkUserOtpSms } from '../../lib/operations/checkUserOtpSms.ts';
import { deleteUser } from '../../lib/operations/deleteUser.ts';
import { getUserOtpSms } from '../../lib/operations/getUserOtpSms.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { listUserEvents } from '../../lib/operations/listUserEvents.ts';
import { listUserFactors } from '../../lib/operations/listUserFactors.ts';
import { listUserMethods } from '../../lib/operations/listUserMethods.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { removeUserOtpSms } from '../../lib/operations/removeUserOtpSms.ts';
import { removeUserPhone } from '../../lib/operations/removeUserPhone.ts';
import { resendUserPhoneCode } from '../../lib/operations/resendUserPhoneCode.ts';
import { setUserPhone } from '../../lib/operations/setUserPhone.ts';
import { unlockUserOtpSms } from '../../lib/operations/unlockUserOtpSms.ts';
import { verifyUserPhone } from '../../lib/operations/verifyUserPhone.ts';

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

/** Every operation by its name. */
export const EVERY_OPERATION = { ...OPERATIONS, ...OPERATIONS_BY_USER_ID };
export type EveryName = keyof typeof EVERY_OPERATION;

/** Verb and whole path of an operation: a user's own are ZITADEL's self-service, those by user id its user service. */
export const routeOf = ({ http }: Pick<Operation, 'http'>): string =>
  http.replace(' ', http.includes('{user_id}') ? ' /v2' : ' /auth/v1');
