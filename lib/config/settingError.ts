/** A setting that is missing or wrong: it ends the start, with what to set it to. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  /** The variable, for the log: a constant, as the codes of other faults are. */
  readonly code: string;

  /** What to do follows the name: `: the issuer …` or ` to a whole number …`. */
  constructor(setting: string, instruction: string) {
    super(`Set ${setting}${instruction}`);
    this.code = setting;
  }
}
