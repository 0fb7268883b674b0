import { isPast, secondsAfter } from './time.ts';

/** How messages to one user followed each other. */
export type ResendBackoff = {
  /** Messages in a row. */
  readonly sends: number;
  readonly sentAt: string;
};

/** Seconds after which a row of messages is forgotten. */
const MEMORY_SECONDS = 86_400;

/** Seconds of the longest wait between two messages. */
const LONGEST_WAIT_SECONDS = 3_600;

/** The pace after one more message. */
export const afterSend = (pace: ResendBackoff | undefined, sentAt: string): ResendBackoff => ({
  sends: pace && !isPast(secondsAfter(pace.sentAt, MEMORY_SECONDS), new Date(sentAt)) ? pace.sends + 1 : 1,
  sentAt,
});

/** When the next message may go out: the wait doubles with each message and each wrong code in a row. */
export const resendAt = ({ sends, sentAt }: ResendBackoff, failures: number, firstWait: number): string =>
  secondsAfter(sentAt, Math.min(firstWait * 2 ** (sends - 1 + failures), LONGEST_WAIT_SECONDS));
