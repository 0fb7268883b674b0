import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { type Field, isEnum } from '../../lib/operations/fields.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { methodOf } from '../../lib/rpc/descriptors.ts';
import { FIELDS } from './fields.ts';

export type Json = Readonly<Record<string, unknown>>;

/** JSON forms of messages that protobuf writes in a way of their own. */
const WELL_KNOWN: Readonly<Record<string, Json>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
};

const SCALARS: Readonly<Partial<Record<ScalarType, Json>>> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.UINT32]: { type: 'integer', minimum: 0 },
  [ScalarType.UINT64]: { type: 'string', pattern: '^[0-9]+$' },
};

/** Kinds of factors that the protocol files share with ZITADEL, and that this service never gives out. */
const NEVER_GIVEN = new Set(['otp', 'u2f', 'otpEmail'].map((name) => `zitadel.user.v1.AuthFactor.${name}`));

/** The details of these alone say when the user, or the factor, came to be. */
const WITH_CREATION_DATE = new Set<Operation>([OPERATIONS.getPhone, OPERATIONS.addOtpSms]);

const nameOf = ({ parent, jsonName }: DescField): string => `${parent.typeName}.${jsonName}`;

const givenFields = ({ fields }: DescMessage): readonly DescField[] =>
  fields.filter((field) => !NEVER_GIVEN.has(nameOf(field)));

/** The schemas of messages, and of those in them, by their names. */
export const responseSchemas = (messages: readonly DescMessage[]): Record<string, Json> => {
  const schemas: Record<string, Json> = {};

  const refer = (message: DescMessage): Json => {
    const { typeName } = message;
    if (!schemas[typeName]) {
      schemas[typeName] = {};
      const properties = givenFields(message).map((field) => [
        field.jsonName,
        { ...schemaOf(field), ...FIELDS[nameOf(field)] },
      ]);
      schemas[typeName] = { type: 'object', properties: Object.fromEntries(properties) };
    }
    return { $ref: `#/components/schemas/${typeName}` };
  };
  const schemaOf = (field: DescField): Json =>
    field.fieldKind === 'list' ? { type: 'array', items: typeOf(field) } : typeOf(field);
  const typeOf = ({ message, enum: values, scalar, name }: DescField): Json => {
    if (message) return WELL_KNOWN[message.typeName] ?? refer(message);
    const schema = values
      ? { type: 'string', enum: values.values.map((value) => value.name) }
      : scalar && SCALARS[scalar];
    if (!schema) throw new Error(`There is no schema for the type of ${name}`);
    return schema;
  };

  for (const message of messages) refer(message);
  return schemas;
};

/** An answer of an operation: its message with the example of each field. */
export const responseExample = (operation: Operation): unknown => {
  const exampleOf = (message: DescMessage): Json =>
    Object.fromEntries(
      givenFields(message)
        .filter(({ jsonName }) => jsonName !== 'creationDate' || WITH_CREATION_DATE.has(operation))
        .map((field) => [field.jsonName, exampleValue(field)]),
    );
  const exampleValue = (field: DescField): unknown => {
    const { message, fieldKind } = field;
    const value = message && !WELL_KNOWN[message.typeName] ? exampleOf(message) : FIELDS[nameOf(field)]?.examples?.[0];
    return fieldKind === 'list' ? [value] : value;
  };
  return exampleOf(methodOf(operation).output);
};

const textOf = (operation: Operation, name: string) => FIELDS[`${methodOf(operation).input.typeName}.${name}`];

/** The schema of a request's body. */
export const requestSchema = (operation: Operation) => ({
  type: 'object',
  required: Object.entries(operation.fields).flatMap(([name, field]) => (isRequired(field) ? [name] : [])),
  properties: Object.fromEntries(
    Object.entries(operation.fields).map(([name, field]) => [name, { ...inputOf(field), ...textOf(operation, name) }]),
  ),
});

const isRequired = (field: Field): boolean => !isEnum(field) && field.min > 0;

const inputOf = (field: Field): Json =>
  isEnum(field)
    ? { type: 'string', enum: field.values }
    : { type: 'string', minLength: field.min, maxLength: field.max };

/** A body as it is usually sent. The id of a challenge is for one that was begun: without it a new one begins. */
export const requestExample = (operation: Operation): Json =>
  Object.fromEntries(
    Object.entries(operation.fields)
      .filter(([name, field]) => isRequired(field) || name !== 'challengeId')
      .map(([name]) => [name, textOf(operation, name)?.examples?.[0]]),
  );
