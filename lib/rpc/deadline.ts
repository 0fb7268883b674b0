import { Code, ConnectError } from '@connectrpc/connect';
import { ApiError } from '../errors/errors.ts';
import { refuseAfterGrace } from '../http/deadline.ts';

/** How the two protocols write a time-out, and the milliseconds of its units; Connect's has none (its specification). */
const TIMEOUTS = [
  ['grpc-timeout', /^(\d+)([HMSmun])$/, 8],
  ['connect-timeout-ms', /^(\d+)()$/, 10],
] as const;

const UNITS_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6, '': 1 };

/**
 * Drops the time-outs that allow more than the function's own time, which ends the work first: a timer takes no more than
 * 2^31 − 1 milliseconds, and ends at once where it is given more. Those with more digits than their protocol knows go too.
 */
export const dropLongTimeouts = (headers: Headers, ownMs: number): void => {
  for (const [name, form, maxDigits] of TIMEOUTS) {
    const [, digits = '', unit = ''] = form.exec(headers.get(name) ?? '') ?? [];
    if (digits.length > maxDigits || Number(digits) * (UNITS_MS[unit] ?? 1) > ownMs) headers.delete(name);
  }
};

/**
 * What the work comes to, or a refusal when its signal has ended it: DEADLINE_EXCEEDED for the time that the client gave,
 * the one of what was late for the function's own.
 */
export const inTime = async <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
  try {
    signal.throwIfAborted();
    return await Promise.race([work(), ended(signal).then(refuseAfterGrace)]);
  } catch (cause) {
    throw isOfClient(signal) ? new ApiError('DEADLINE_EXCEEDED', { cause }) : cause;
  }
};

const ended = (signal: AbortSignal) =>
  new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

const isOfClient = ({ reason }: AbortSignal): boolean =>
  reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
