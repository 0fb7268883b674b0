import { ApiError } from '../errors/errors.ts';

/** A text field: its number in the protobuf message, how many characters it has, and what else it must be like. */
export type Field = { readonly number: number; readonly min: number; readonly max: number; readonly form?: RegExp };

/** The text fields of a request. */
export type Fields = { readonly [name: string]: Field };

/** A code as it was typed. */
export const CODE: Field = { number: 1, min: 1, max: 200 };

/** The input of a command: the text of each declared field. */
export type Input<F extends Fields> = { readonly [Name in keyof F]: string };

/** The named fields of a body, its others left out. Throws FIELD_INVALID, which names the field. */
export const readInput = <F extends Fields>(fields: F, body: Readonly<Record<string, unknown>>): Input<F> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = (Object.hasOwn(body, name) ? body[name] : undefined) ?? '';
      if (!fits(value, field)) throw new ApiError('FIELD_INVALID', { metadata: { field: name } });
      return [name, value];
    }),
  ) as Input<F>;

/** Characters are Unicode's, as in the validation of the reference, not units of UTF-16. */
const fits = (value: unknown, { min, max, form }: Field): value is string => {
  if (typeof value !== 'string') return false;
  const { length } = [...value];
  return length >= min && length <= max && (form?.test(value) ?? true);
};
