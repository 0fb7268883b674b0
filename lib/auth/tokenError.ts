/** Why a token is not accepted, for the log: constants, which a minifier leaves as they are, and no word of the token. */
export type TokenFault =
  | 'malformed'
  | 'crit'
  | 'alg'
  | 'kid'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'client_id'
  | 'expired'
  | 'not_yet_valid'
  | 'subject'
  | 'owner'
  | 'token_type'
  | 'token_use'
  | 'scope';

/** A token that is not accepted. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenFault;

  constructor(code: TokenFault, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Throws a TokenError where something does not hold. */
export const demand = (holds: boolean, fault: TokenFault): void => {
  if (!holds) throw new TokenError(fault);
};
