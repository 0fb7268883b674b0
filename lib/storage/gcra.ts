/** Messages within a window of time. */
export type Budget = { readonly messages: number; readonly windowSeconds: number };

/** How a budget is kept by one time, that at which its bucket would be full again (GCRA, ITU-T I.371, annex A). */
type Pace = {
  /** Messages that may follow each other at once: half of the budget. */
  readonly burst: number;
  /** Milliseconds in which one message is refilled: the other half comes within a window. */
  readonly intervalMs: number;
};

/**
 * The pace of a budget: a burst and what is refilled while a window passes are together never more than the budget,
 * wherever the window begins. An odd budget has the larger part in the burst; one of a single message refills in a window.
 */
export const paceOf = ({ messages, windowSeconds }: Budget): Pace => ({
  burst: Math.ceil(messages / 2),
  intervalMs: Math.ceil((windowSeconds * 1000) / Math.max(1, Math.floor(messages / 2))),
});

/** The latest time that a counter may show for another message to pass, now being given in milliseconds. */
export const latestToPass = ({ burst, intervalMs }: Pace, nowMs: number): number => nowMs + (burst - 1) * intervalMs;

/** When the next message passes where a counter shows a time; in the past where one passes now. */
export const passesAtMs = ({ burst, intervalMs }: Pace, fullAtMs: number): number =>
  fullAtMs - (burst - 1) * intervalMs;
