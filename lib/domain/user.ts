import type { Event } from './events.ts';

/** The root of the aggregate: the counter of its events and the phone. */
export type Root = {
  /** Sequence of the user's last event. */
  readonly sequence: number;
  readonly resourceOwner: string;
  /** Time of the user's first event. */
  readonly creationDate: string;
  /** Time of the user's last event. */
  readonly changeDate: string;
  /** The number that was set last, E.164. */
  readonly phone?: string;
  /** The number that was proven last, E.164: the one that codes go to. */
  readonly verifiedPhone?: string;
};

/** An enrolled factor. */
export type Factor = {
  /** Sequence of the last event that changed the factor. */
  readonly sequence: number;
  readonly creationDate: string;
  readonly changeDate: string;
};

/** The aggregate, by its parts: each is one item of the table, absent when there is nothing to say. */
export type User = {
  readonly root?: Root;
  readonly otpSms?: Factor;
};

const withRoot = (user: User, event: Event): User & { readonly root: Root } => ({
  ...user,
  root: {
    resourceOwner: event.resourceOwner,
    creationDate: event.createdAt,
    ...user.root,
    sequence: event.sequence,
    changeDate: event.createdAt,
  },
});

/** The user after an event: replaying the whole log from `{}` gives the stored state. */
export const evolve = (before: User, event: Event): User => {
  const user = withRoot(before, event);
  switch (event.type) {
    case 'user.human.phone.changed':
      return { ...user, root: { ...user.root, phone: event.phone } };
    case 'user.human.phone.verified':
      return { ...user, root: { ...user.root, verifiedPhone: event.phone } };
    case 'user.human.mfa.otp.sms.added':
      return {
        ...user,
        otpSms: { sequence: event.sequence, creationDate: event.createdAt, changeDate: event.createdAt },
      };
  }
};
