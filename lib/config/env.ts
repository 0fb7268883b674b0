import { SettingError } from './settingError.ts';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable, or `null` where it is missing or empty. */
export const optional = (env: Environment, name: string): string | null => env[name]?.trim() || null;

/** A variable that must be there. Throws with its name and what to set it to. */
export const required = (env: Environment, name: string, meaning: string): string => {
  const value = optional(env, name);
  if (value === null) throw new SettingError(name, `: ${meaning}`);
  return value;
};

/** The values of a variable, separated by commas, or `null`. */
export const list = (env: Environment, name: string): readonly string[] | null => {
  const values = (env[name] ?? '').split(',').flatMap((value) => value.trim() || []);
  return values.length > 0 ? values : null;
};

/** A whole number within bounds, or its default. Throws when it is none. */
export const wholeNumber = (
  env: Environment,
  name: string,
  fallback: number,
  { min, max }: { readonly min: number; readonly max: number },
): number => {
  const text = optional(env, name) ?? String(fallback);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new SettingError(name, ` to a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
};

/** Whether a variable is `true`; not where it is missing. Throws when it is neither `true` nor `false`. */
export const flag = (env: Environment, name: string): boolean => {
  const text = optional(env, name) ?? 'false';
  if (text !== 'true' && text !== 'false') throw new SettingError(name, ` to true or false, not "${text}"`);
  return text === 'true';
};

/** RFC 6749, section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** A scope, or `null`. Throws when it is more than one, or none. */
export const scope = (env: Environment, name: string): string | null => {
  const value = optional(env, name);
  if (value !== null && !SCOPE.test(value)) throw new SettingError(name, ` to one scope, not "${value}"`);
  return value;
};

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A URL that is https, or on this machine. Throws when it is neither. */
export const secureUrl = (value: string, name: string): string => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const secure = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && LOOPBACK.has(parsed.hostname));
  if (!secure) throw new SettingError(name, ` to an https:// URL (http:// is for this machine only)`);
  return value;
};
