import { readCode } from '../domain/code.ts';
import { ApiError, type Reason } from '../errors/errors.ts';

/** A text field: its number in the protobuf message, how many characters it has, and how it is read. */
type TextField = {
  readonly number: number;
  readonly min: number;
  readonly max: number;
  /** What the text says; `undefined` where it says nothing of the kind. */
  readonly read?: (text: string) => unknown;
  /** Why a text that cannot be read is refused, unless it is FIELD_INVALID. */
  readonly otherwise?: Reason;
};

/**
 * A field with one of a few values, or with a list of them: its number in the protobuf message, and their names by their
 * numbers from 0.
 */
type EnumField = {
  readonly number: number;
  readonly values: readonly string[];
  readonly isList?: true;
  /** Of all such fields of a request, a `oneof` of protobuf, one may be true. */
  readonly isAlternative?: true;
};

export type Field = TextField | EnumField;

/** The fields of a request. */
export type Fields = { readonly [name: string]: Field };

/** A code as it was typed. */
export const CODE = { number: 1, min: 1, max: 200, read: readCode } as const satisfies TextField;

/** What a code of the factor is for; unspecified is login. */
export const PURPOSE = { values: ['PURPOSE_UNSPECIFIED', 'PURPOSE_LOGIN', 'PURPOSE_STEP_UP'] } as const;

/** One of a few ways: a field that is true or false, or an empty message that is there or not. */
export const ALTERNATIVE = { values: ['false', 'true'], isAlternative: true } as const;

/** The id of a challenge; one of another form is refused as an unknown one is. */
export const CHALLENGE_ID = { min: 1, max: 200 } as const;

/** The input of a command: what the text of each declared field says, or the name of its value, or a list of names. */
export type Input<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends { readonly values: readonly (infer Value)[] }
    ? F[Name] extends { readonly isList: true }
      ? readonly Value[]
      : Value
    : F[Name] extends { readonly read: (text: string) => infer Value }
      ? NonNullable<Value>
      : string;
};

/** Whether a field takes one of a few values. */
export const isEnum = (field: Field): field is EnumField => 'values' in field;

/** The texts of the named fields of a body, its others left out. Throws FIELD_INVALID, which names the field. */
export const readTexts = (
  fields: Fields,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | readonly string[]>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const given = own(body, name) ?? own(body, toSnakeCase(name));
      const text = isEnum(field) ? readEnumOrList(given, field) : readText(given ?? '', field);
      if (text === undefined) throw refusalOf(name);
      return [name, text];
    }),
  );

/** What the named fields of a body say. Throws the refusal of a field, by default FIELD_INVALID, which names the field. */
export const readInput = <F extends Fields>(fields: F, body: Readonly<Record<string, unknown>>): Input<F> => {
  const texts = Object.entries(readTexts(fields, body));
  const [, second] = texts.filter(([name, text]) => isAlternative(fields[name]) && text === 'true');
  if (second) throw refusalOf(second[0]);
  return Object.fromEntries(
    texts.map(([name, text]) => {
      const field = fields[name] as Field;
      if (isEnum(field) || typeof text !== 'string') return [name, text];
      const { read = String, otherwise } = field;
      const value = read(text);
      if (value === undefined) throw refusalOf(name, otherwise);
      return [name, value];
    }),
  ) as Input<F>;
};

const isAlternative = (field: Field | undefined): boolean =>
  field !== undefined && isEnum(field) && field.isAlternative === true;

const refusalOf = (field: string, reason: Reason = 'FIELD_INVALID') => new ApiError(reason, { metadata: { field } });

const own = (body: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(body, name) ? body[name] : undefined;

/** protobuf's JSON form takes a field by the name in its proto file as well. */
const toSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const readEnumOrList = (given: unknown, field: EnumField): string | readonly string[] | undefined => {
  if (!field.isList) return readEnum(given ?? 0, field);
  const values = Array.isArray(given ?? [])
    ? ((given ?? []) as unknown[]).map((value) => readEnum(value, field))
    : [undefined];
  return values.every((value) => value !== undefined) ? values : undefined;
};

/** protobuf's JSON form writes a value by its name, and takes its number as well; an empty message is there or not. */
const readEnum = (value: unknown, { values }: EnumField): string | undefined => {
  if (typeof value === 'number') return values[value];
  const isThere = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  const said = isThere ? 'true' : typeof value === 'boolean' ? String(value) : value;
  return values.find((name) => name === said);
};

/** Characters are Unicode's, as in the validation of the reference, not units of UTF-16. */
const readText = (value: unknown, { min, max }: TextField): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const { length } = [...value];
  return length >= min && length <= max ? value : undefined;
};
