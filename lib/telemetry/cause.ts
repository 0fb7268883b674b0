/**
 * What the log tells of a cause: its name, its code and the place, never the message, which may quote a token or a body.
 * Names are those that errors give themselves: a minifier has renamed their classes.
 */
type Described = { kind: string; code?: unknown; at?: string; cause?: Described | undefined };

/** Describes a cause and the causes of it; `undefined` for what is no error. */
export const describeCause = (cause: unknown, depth = 0): Described | undefined => {
  if (!(cause instanceof Error) || depth > 3) return undefined;
  const frame = firstFrame(cause);
  return {
    kind: cause.name,
    ...('code' in cause && { code: cause.code }),
    ...(frame && { at: frame }),
    cause: describeCause(cause.cause, depth + 1),
  };
};

/** The place an error was made at. The message stands first in `stack`, and may look like a frame itself. */
const firstFrame = ({ stack = '', message }: Error): string | undefined =>
  /^\s+at .*$/m.exec(stack.slice(Math.max(stack.indexOf(message), 0) + message.length))?.[0].trim();
