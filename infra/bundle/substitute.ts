/** The new text of a module, made of the old one and of how its path matched. */
export type Replacement = (source: string, match: RegExpExecArray) => string;

/** A module of a library that is not bundled as it is: the end of its path, and what stands in its place. */
export type Substitute = { readonly file: RegExp; readonly instead: Replacement };

/** Where the modules are that all clients share. */
export const CORE = '@smithy/core/dist-es/submodules';

/** Puts something else in the place of a module; `file` is a pattern in node_modules, in which a dot is a dot. */
export const substitute = (file: string, instead: Replacement): Substitute => ({
  file: new RegExp(`/node_modules/${file.replaceAll('.', '\\.')}$`),
  instead,
});
