import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { methodOf } from '../../lib/rpc/descriptors.ts';
import { INTRODUCTION, TAGS, TOKEN } from './introduction.ts';
import { type Json, requestExample, requestSchema, responseExample, responseSchemas } from './messages.ts';
import { parametersOf, REFUSAL_SCHEMAS, REFUSALS } from './refusals.ts';

/** The operations in the order in which a user comes to need them. */
const WALK: readonly Operation[] = [
  OPERATIONS.setPhone,
  OPERATIONS.verifyPhone,
  OPERATIONS.resendPhoneVerification,
  OPERATIONS.getPhone,
  OPERATIONS.addOtpSms,
  OPERATIONS.listAuthFactors,
  OPERATIONS.challengeOtpSms,
  OPERATIONS.checkOtpSms,
  OPERATIONS.removeOtpSms,
  OPERATIONS.removePhone,
];

/** The REST side as an OpenAPI 3.1 document, made of the operations table, the protocol files and the catalogue of errors. */
export const describeApi = (url: string): Json => {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of WALK) {
    const [verb = '', path = ''] = operation.http.split(' ');
    paths[path] = { ...paths[path], [verb.toLowerCase()]: describe(operation, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'otp-sms-factor',
      version: '1',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url, description: 'The local stack' }],
    security: [{ bearer: [] }],
    tags: TAGS,
    paths,
    components: {
      schemas: { ...responseSchemas(WALK.map((operation) => methodOf(operation).output)), ...REFUSAL_SCHEMAS },
      responses: REFUSALS,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: TOKEN } },
    },
  };
};

const tagOf = (path: string): string => {
  if (/_challenge$|_check$/.test(path)) return 'Challenge';
  return path.startsWith('/users/me/phone') ? 'Phone' : 'Factor';
};

const describe = (operation: Operation, path: string): Json => {
  const { rpc, summary, description, fields } = operation;
  const { output } = methodOf(operation);
  const parameters = parametersOf(operation);
  const body = requestSchema(operation);
  return {
    operationId: rpc,
    tags: [tagOf(path)],
    summary,
    description,
    ...(parameters.length > 0 && { parameters }),
    ...(Object.keys(fields).length > 0 && {
      requestBody: { required: body.required.length > 0, content: content(body, requestExample(operation)) },
    }),
    responses: {
      200: {
        description: 'Done',
        content: content({ $ref: `#/components/schemas/${output.typeName}` }, responseExample(operation)),
      },
      ...Object.fromEntries(Object.keys(REFUSALS).map((name) => [name, { $ref: `#/components/responses/${name}` }])),
    },
  };
};

const content = (schema: Json, example: unknown): Json => ({ 'application/json': { schema, example } });
