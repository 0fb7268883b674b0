import { ApiError, type Reason } from '../errors/errors.ts';

/** A text field: its number in the protobuf message, how many characters it has, and how it is read. */
export type Field = {
  readonly number: number;
  readonly min: number;
  readonly max: number;
  /** What the text says; `undefined` where it says nothing of the kind. */
  readonly read?: (text: string) => unknown;
  /** Why a text that cannot be read is refused, unless it is FIELD_INVALID. */
  readonly otherwise?: Reason;
};

/** The text fields of a request. */
export type Fields = { readonly [name: string]: Field };

/** A code as it was typed. */
export const CODE: Field = { number: 1, min: 1, max: 200 };

/** The input of a command: what the text of each declared field says. */
export type Input<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends { readonly read: (text: string) => infer Value }
    ? NonNullable<Value>
    : string;
};

/** The texts of the named fields of a body, its others left out. Throws FIELD_INVALID, which names the field. */
export const readTexts = (fields: Fields, body: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = (Object.hasOwn(body, name) ? body[name] : undefined) ?? '';
      if (!fits(value, field)) throw refusalOf(name);
      return [name, value];
    }),
  );

/** What the named fields of a body say. Throws the refusal of a field, by default FIELD_INVALID, which names the field. */
export const readInput = <F extends Fields>(fields: F, body: Readonly<Record<string, unknown>>): Input<F> =>
  Object.fromEntries(
    Object.entries(readTexts(fields, body)).map(([name, text]) => {
      const { read = String, otherwise } = fields[name] as Field;
      const value = read(text);
      if (value === undefined) throw refusalOf(name, otherwise);
      return [name, value];
    }),
  ) as Input<F>;

const refusalOf = (field: string, reason: Reason = 'FIELD_INVALID') => new ApiError(reason, { metadata: { field } });

/** Characters are Unicode's, as in the validation of the reference, not units of UTF-16. */
const fits = (value: unknown, { min, max }: Field): value is string => {
  if (typeof value !== 'string') return false;
  const { length } = [...value];
  return length >= min && length <= max;
};
