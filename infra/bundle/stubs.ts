import type { Replacement } from './substitute.ts';

const EXPORTS = /^export (?:(?:const|var|class|(?:async )?function\*?) (\w+)|\{([^}]*)\} from)/gm;

/** The names that a module of the SDK's own build exports. */
const exportsOf = (source: string): string[] =>
  [...source.matchAll(EXPORTS)].flatMap(([, name, names]) =>
    name ? [name] : (names ?? '').split(',').flatMap((each) => each.trim().split(' as ').at(-1) || []),
  );

/**
 * Functions and classes that throw with their name when they are used after all. What the SDK imports beside them, for
 * instance after an update, fails the build.
 */
export const absentOnly =
  (...names: readonly string[]): Replacement =>
  () =>
    [
      'const absent = (name) => function () { throw new Error(name + " is left out of this bundle"); };',
      ...names.map((name) => `export const ${name} = /* @__PURE__ */ absent('${name}');`),
    ].join('\n');

/** The same for everything that a module exports. */
export const absent: Replacement = (source, match) => absentOnly(...exportsOf(source))(source, match);

/** A module of which nothing but the given exported classes is left; whoever imports another fails the build. */
export const onlyClasses =
  (kept: readonly string[]): Replacement =>
  (source) =>
    source.replace(/^export class (\w+) [\s\S]*?^\}$/gm, (text, name) => (kept.includes(name) ? text : ''));

/** A module with one piece of its text replaced; fails the build where that is not there any more. */
export const replacing =
  (from: string | RegExp, to: (piece: string) => string): Replacement =>
  (source) => {
    const piece = typeof from === 'string' ? from : from.exec(source)?.[0];
    if (!piece || !source.includes(piece)) throw new Error(`There is no ${from} to replace`);
    return source.replace(piece, () => to(piece));
  };
