import type { Allows } from '../auth/callers.ts';
import type { BoundCommand, CommandHandler, Secrets, SignProof } from '../commands/command.ts';
import type { Context, Decide, Outcome } from '../domain/decision.ts';
import { ApiError } from '../errors/errors.ts';
import type { Dependencies } from './dependencies.ts';
import { type Fields, type Input, readInput } from './fields.ts';

/** How an operation is called. */
type Description = {
  /** ZITADEL's own service, or ours for what it does not have there; `null` for what is to be had over REST alone. */
  readonly service: 'zitadel.auth.v1.AuthService' | 'otpsms.v1.ChallengeService' | null;
  /** Method of the RPC service; the name in the log. */
  readonly rpc: string;
  /** Verb and path below the base path: `/v2` of what is done to users by their ids, `/auth/v1` of the rest. */
  readonly http: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;
  /** Who may call it. */
  readonly allows: Allows;
  /** What it does, in a few words and in a sentence or two: for the descriptions of the API. */
  readonly summary: string;
  readonly description: string;
};

/** What an operation does to a kept answer, and what it answers. */
type Answering = {
  /** It takes no Idempotency-Key. A read may write all the same: it adopts the phone of a trusted claim. */
  readonly reads?: true;
  /** Done again it does no more: it takes no Idempotency-Key either, whose kept answer would be of the user. */
  readonly isIdempotent?: true;
  /** Its answer is as good as a sign-in: it is kept for minutes, and for the same access token only. */
  readonly ofSession?: true;
  /** What is decided anew before a kept answer is given; accepts, or refuses. */
  readonly beforeRepeat?: Decide<unknown>;
  /** The response message in its JSON form. */
  readonly view: (outcome: Outcome, context: Context, secrets: Secrets) => object;
};

/** What an operation does, whoever calls it and by whatever path. */
export type Behaviour<F extends Fields> = Answering & {
  readonly fields?: F;
  readonly command: (dependencies: Dependencies) => CommandHandler<Input<F>>;
  /** What signs the proofs of an operation that gives them. */
  readonly proofs?: (dependencies: Dependencies) => { readonly sign: SignProof } | null;
};

/** One operation of the API. */
export type Operation = Description &
  Answering & {
    readonly fields: Fields;
    /** The command on what it depends on. Throws at start where a setting is missing. */
    connect(dependencies: Dependencies): {
      readonly command: (body: Readonly<Record<string, unknown>>) => {
        readonly input: object;
        readonly handle: BoundCommand;
      };
      readonly sign: SignProof | null;
    };
  };

/**
 * Defines an operation: its fields give the command its type, so that a rule cannot use a field that is not declared.
 *
 * The command of a body throws FIELD_INVALID.
 */
export const defineOperation = <const F extends Fields = Record<never, never>>({
  fields,
  command,
  proofs,
  ...description
}: Description & Behaviour<F>): Operation => ({
  ...description,
  fields: fields ?? {},
  connect(dependencies) {
    const handle = command(dependencies);
    return {
      command: (body) => {
        const input = readInput(fields ?? ({} as F), body);
        return { input, handle: (request) => handle(input, request) };
      },
      sign: proofs?.(dependencies)?.sign ?? null,
    };
  },
});

/** The command handler of what only a service may ask for in this way. Throws PERMISSION_DENIED where a user does. */
export const forServices =
  <Input>(isMeant: (input: Input) => boolean, handle: CommandHandler<Input>): CommandHandler<Input> =>
  (input, request) => {
    if (isMeant(input) && !request.context.service) throw new ApiError('PERMISSION_DENIED');
    return handle(input, request);
  };
