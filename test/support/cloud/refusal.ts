/** What a service of AWS refuses a request with. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What CloudFormation says to most of what it does not take. */
export const invalid = (message: string): Refusal => new Refusal('ValidationError', message);
