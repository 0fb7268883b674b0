import type { ApiError } from '../errors/errors.ts';
import type { RequestStats } from './requestStats.ts';

/** A request that was answered. */
export type Report = {
  readonly requestId: string | undefined;
  /** Name of the RPC method. */
  readonly operation: string;
  /** Of the answer over HTTP; gRPC-Web answers 200 whatever happens. */
  readonly status: number;
  readonly refusal: ApiError | undefined;
  readonly durationMs: number;
  readonly stats: RequestStats;
};

/** Writes lines, each with its end, to where operators read. */
export type Write = (line: string) => void;

/** Tells the operators of a request, or who else is named. Never throws. */
export type Publish = (report: Report, write?: Write) => void;

/** How a request ended: `OK`, or the name of the gRPC code. */
export const outcomeOf = ({ refusal }: Report): string => refusal?.code ?? 'OK';
