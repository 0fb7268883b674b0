import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { serverless } from './serverless.ts';

/** What a function answered, and all that was written meanwhile: its log, then the answer as JSON. */
type Invocation = { readonly succeeded: boolean; readonly output: string };

/** Milliseconds after which an invocation is ended: building, loading and answering take a few seconds. */
const LIMIT_MS = 60_000;

/** Invokes a function once in a process of its own. Throws what was said when it gave no answer, or none in time. */
export const invokeFunction = async (
  name: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
  limit = LIMIT_MS,
): Promise<Invocation> => {
  const child = await serverless(['invoke', 'local', '-f', name, '--data', JSON.stringify(event)], environment, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  const [output, errors, [, signal]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'exit')]);
  const answer = answerIn(output);
  if (answer) return { succeeded: isSuccess(answer), output };
  const reason = signal === null ? '' : ` within ${limit / 1000} seconds`;
  throw new Error(`The function ${name} gave no answer${reason}\n${errors}${output}`.trimEnd());
};

const read = (stream: Readable | null) => (stream ? text(stream) : '');

/** What a function answers: API Gateway, or where it has no route a message, or a Status with its code. */
type Answer = { readonly statusCode?: number; readonly code?: number };

/** The answer is the last thing written, as indented JSON; the log before it has one line per entry. */
const answerIn = (output: string): Answer | undefined => {
  const answer = /^\{\n.*^\}$/ms.exec(output)?.[0];
  return answer === undefined ? undefined : JSON.parse(answer);
};

const isSuccess = ({ statusCode, code }: Answer): boolean =>
  statusCode === undefined ? code === undefined : statusCode >= 200 && statusCode < 300;
