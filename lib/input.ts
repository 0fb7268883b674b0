import { DomainError } from './domain/errors.ts';

/** The text fields of a request: the number of each in its protobuf message, and how many characters it has. */
export type Fields = {
  readonly [name: string]: {
    readonly number: number;
    readonly min: number;
    readonly max: number;
    readonly form?: RegExp;
  };
};

/** The named fields of a body, its others left out. Throws FIELD_INVALID, which names the field. */
export const readInput = (fields: Fields, body: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { min, max, form }]) => {
      const value = Object.hasOwn(body, name) ? (body[name] ?? '') : '';
      const fits =
        typeof value === 'string' && value.length >= min && value.length <= max && (form?.test(value) ?? true);
      if (!fits) throw new DomainError('FIELD_INVALID', { metadata: { field: name } });
      return [name, value];
    }),
  );
