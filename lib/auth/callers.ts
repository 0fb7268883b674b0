import type { Permission } from '../config/services.ts';
import type { Context } from '../domain/decision.ts';
import { isUserId } from '../domain/userId.ts';
import { ApiError } from '../errors/errors.ts';

/** Whoever has an access token that holds: a user, or a service that acts for users. */
export type Caller = UserCaller | ServiceCaller;

/** A user, for whom nobody else speaks. */
export type UserCaller = {
  readonly kind: 'user';
  /** The token's subject. */
  readonly userId: string;
} & Pick<Context, 'claimedOwner' | 'claimedPhone' | 'authentication'>;

/** A login back end, or a help desk. */
export type ServiceCaller = {
  readonly kind: 'service';
  /** The token's subject. */
  readonly subject: string;
  readonly permissions: readonly Permission[];
  /** The owner whose users it acts for; it acts for all where there is none. */
  readonly owner?: string;
  /** The owner that the token names, of users who are new here. */
  readonly claimedOwner?: string;
};

/** Who may call an operation: the user whose data it is about, and services that have the permission. */
export type Allows = { readonly user?: true; readonly service?: Permission };

/** Whom a request is about, where it says so: by the path, and by a header that names the owner. */
export type Target = { readonly userId?: string | undefined; readonly owner?: string | undefined };

/** A caller who may do what is asked: to whom, and as whom. */
export type Admitted = {
  /** Whom it is about. */
  readonly userId: string;
  readonly caller: Caller;
  readonly context: Omit<Context, 'now' | 'policy'>;
};

/** Characters of the longest id that a path may name; users with a longer one have `me` only. */
const MAX_USER_ID = 200;

/** What a path cannot name for certain: API Gateway decodes it, and takes these of an id for its own. */
const OF_PATHS = /[/?#%]/;

const isNameable = (userId: string): boolean =>
  isUserId(userId) && userId.length <= MAX_USER_ID && !OF_PATHS.test(userId);

/**
 * Lets a caller in, to the one user that it may act on, or for any that it names. Whose users a service acts for is
 * decided when the user is loaded. Throws PERMISSION_DENIED, or FIELD_INVALID for an id that no user has.
 */
export const admit = (allows: Allows, caller: Caller, target: Target): Admitted => {
  const { userId } = target;
  if (userId !== undefined && !isNameable(userId)) {
    throw new ApiError('FIELD_INVALID', { metadata: { field: 'user_id' } });
  }
  return caller.kind === 'user' ? admitUser(allows, caller, userId) : admitService(allows, caller, target);
};

const admitUser = (allows: Allows, caller: UserCaller, target: string | undefined): Admitted => {
  const { kind: _, userId, ...claims } = caller;
  if (!allows.user || (target !== undefined && target !== userId)) throw new ApiError('PERMISSION_DENIED');
  return { userId, caller, context: { ...claims, editor: userId } };
};

const admitService = (allows: Allows, caller: ServiceCaller, { userId, owner: named }: Target): Admitted => {
  const { subject, permissions, owner, claimedOwner = named } = caller;
  if (userId === undefined || !allows.service || !permissions.includes(allows.service)) {
    throw new ApiError('PERMISSION_DENIED');
  }
  if (named !== undefined && owner !== undefined && named !== owner) throw new ApiError('RESOURCE_OWNER_MISMATCH');
  return {
    userId,
    caller,
    context: {
      editor: subject,
      service: owner === undefined ? {} : { owner },
      ...(claimedOwner !== undefined && { claimedOwner }),
      stepUp: { by: 'SERVICE' },
    },
  };
};
