import { accept, type Decide, refuse } from './decision.ts';
import { standInOf } from './stepUp.ts';

/** Has a user erased (GDPR, article 17); of one who is being erased already, it takes up what is left. */
export const erase: Decide<unknown> = ({ root }, _command, context) => {
  const allowedBy = standInOf(context);
  if (!allowedBy) return refuse('STEP_UP_REQUIRED');
  return root ? accept({ type: 'user.erased', allowedBy }) : refuse('USER_NOT_FOUND');
};
