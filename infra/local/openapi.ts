import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { type Field, type Fields, isEnum } from '../../lib/operations/fields.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { methodOf } from '../../lib/rpc/descriptors.ts';

type Json = Readonly<Record<string, unknown>>;

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

const STATUS: Json = {
  type: 'object',
  description: 'google.rpc.Status',
  required: ['code', 'message', 'details'],
  properties: {
    code: { type: 'integer', description: 'google.rpc.Code' },
    message: { type: 'string' },
    details: {
      type: 'array',
      description: 'zitadel.v1.ErrorDetail, google.rpc.ErrorInfo and google.rpc.RetryInfo',
      items: {
        type: 'object',
        required: ['@type'],
        properties: {
          '@type': { type: 'string' },
          id: { type: 'string' },
          message: { type: 'string' },
          reason: { type: 'string' },
          domain: { type: 'string' },
          metadata: { type: 'object', additionalProperties: { type: 'string' } },
          retryDelay: { type: 'string' },
        },
      },
    },
  },
};

/** The REST side as an OpenAPI 3.1 document, made of the operations table and the protocol files. */
export const describeApi = (url: string): Json => {
  const schemas: Record<string, Json> = { 'google.rpc.Status': STATUS };

  const refer = (message: DescMessage): Json => {
    const { typeName, fields } = message;
    if (!schemas[typeName]) {
      schemas[typeName] = {};
      const properties = Object.fromEntries(fields.map((field) => [field.jsonName, schemaOf(field)]));
      schemas[typeName] = { type: 'object', properties };
    }
    return { $ref: `#/components/schemas/${typeName}` };
  };
  const schemaOf = (field: DescField): Json =>
    field.fieldKind === 'list' ? { type: 'array', items: typeOf(field) } : typeOf(field);
  const typeOf = ({ message, enum: values, scalar, name }: DescField): Json => {
    if (message) return WELL_KNOWN[message.typeName] ?? refer(message);
    const schema = values ? { enum: values.values.map((value) => value.name) } : scalar && SCALARS[scalar];
    if (!schema) throw new Error(`There is no schema for the type of ${name}`);
    return schema;
  };

  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of Object.values(OPERATIONS)) {
    const [verb = '', path = ''] = operation.http.split(' ');
    paths[path] = { ...paths[path], [verb.toLowerCase()]: describe(operation, refer(methodOf(operation).output)) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'otp-sms-factor', version: '1', description: 'SMS one-time passwords as a second factor.' },
    servers: [{ url }],
    security: [{ bearer: [] }],
    paths,
    components: { schemas, securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  };
};

const describe = ({ service, rpc, fields, reads }: Operation, answer: Json): Json => ({
  operationId: rpc,
  tags: [service],
  ...(fields && { requestBody: { required: true, content: content(inputOf(fields)) } }),
  ...(!reads && {
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        description: 'Repeats of a request under the same key are answered alike and done once.',
        schema: { type: 'string', minLength: 1, maxLength: 257 },
      },
    ],
  }),
  responses: {
    200: { description: 'Done', content: content(answer) },
    default: {
      description: 'Refused',
      headers: {
        'WWW-Authenticate': { schema: { type: 'string' } },
        'Retry-After': { description: 'Seconds', schema: { type: 'string' } },
      },
      content: content({ $ref: '#/components/schemas/google.rpc.Status' }),
    },
  },
});

const content = (schema: Json): Json => ({ 'application/json': { schema } });

const inputOf = (fields: Fields): Json => ({
  type: 'object',
  required: Object.entries(fields).flatMap(([name, field]) => (isEnum(field) || field.min === 0 ? [] : [name])),
  properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, inputSchemaOf(field)])),
});

const inputSchemaOf = (field: Field): Json => {
  if (isEnum(field)) return { enum: field.values };
  return { type: 'string', minLength: field.min, maxLength: field.max };
};
