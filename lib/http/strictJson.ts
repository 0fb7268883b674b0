/** Levels of objects and arrays in a body; protobuf's JSON readers stop at a like depth. */
const MAX_DEPTH = 32;

const TOKEN = /[{}[\]]|("(?:[^"\\]|\\.)*")\s*(:?)/g;

/**
 * What JSON.parse lets pass but RFC 8259 (sections 4 and 8.2) and RFC 7493 warn of: a name twice in one object, text
 * that is not Unicode, and nesting without measure. Text that is no JSON at all is left to JSON.parse.
 */
export const isStrictJson = (text: string): boolean => {
  const scopes: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (string === undefined) {
      if (token === '{' || token === '[') scopes.push(new Set());
      else scopes.pop();
      if (scopes.length > MAX_DEPTH) return false;
      continue;
    }
    const value = unescaped(string);
    if (value === undefined) return false;
    if (!value.isWellFormed()) return false;
    if (!colon) continue;
    const names = scopes.at(-1);
    if (names?.has(value)) return false;
    names?.add(value);
  }
  return true;
};

const unescaped = (string: string): string | undefined => {
  try {
    return JSON.parse(string);
  } catch {
    return undefined;
  }
};
