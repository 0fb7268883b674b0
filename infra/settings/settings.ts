/** A whole number of at least 1. */
export const WHOLE_NUMBER = /^[1-9]\d{0,8}$/;

/** What verifying a signature takes of a key (RFC 7517, RFC 7518); certificates fill a function's environment. */
const VERIFYING = new Set(['kty', 'kid', 'use', 'alg', 'key_ops', 'n', 'e', 'crv', 'x', 'y']);

/**
 * What `${setting:NAME}` stands for in the configuration: the variable, or `null` where it is missing or an empty line.
 */
export const readSetting = (name: string): string | number | readonly string[] | null => {
  const value = process.env[name]?.trim() || null;
  if (value === null) return null;
  if (name.endsWith('_ALARM') && WHOLE_NUMBER.test(value)) return Number(value);
  if (name === 'CORS_ALLOWED_ORIGINS') return value.split(',').flatMap((origin) => origin.trim() || []);
  if (name === 'RESERVE_CONCURRENCY') return value === 'false' ? value : 'true';
  return name === 'JWKS' ? withoutCertificates(value) : value;
};

const withoutCertificates = (jwks: string): string => {
  try {
    const { keys } = JSON.parse(jwks) as { keys: Record<string, unknown>[] };
    const entries = keys.map((key) => Object.entries(key).filter(([name]) => VERIFYING.has(name)));
    return JSON.stringify({ keys: entries.map((members) => Object.fromEntries(members)) });
  } catch {
    return jwks; // which the functions refuse, in words of their own
  }
};
