import { fileURLToPath } from 'node:url';
import { absent, onlyClasses } from './stubs.ts';
import { type Substitute, substitute } from './substitute.ts';

/**
 * What functions call: the operations, as of no other anybody has looked which fields are bytes, points in time or tokens
 * (functionClient/services.ts), and the errors that are told by their class, as of others name and status are enough.
 */
const CLIENTS = [
  {
    package: 'client-dynamodb',
    client: 'DynamoDBClient',
    service: 'DYNAMODB',
    operations: ['GetItem', 'PutItem', 'Query', 'TransactWriteItems', 'UpdateItem'],
    // The last one says by a trait that it may be tried again.
    errors: ['ConditionalCheckFailedException', 'TransactionCanceledException', 'ReplicatedWriteConflictException'],
  },
  {
    package: 'client-kms',
    client: 'KMSClient',
    service: 'KMS',
    operations: ['GenerateMac', 'GetPublicKey', 'Sign'],
    errors: [],
  },
  {
    package: 'client-pinpoint-sms-voice-v2',
    client: 'PinpointSMSVoiceV2Client',
    service: 'SMS_VOICE',
    operations: ['SendTextMessage'],
    errors: ['AccessDeniedException', 'ConflictException', 'ServiceQuotaExceededException', 'ValidationException'],
  },
];

/** A file that deployed functions have in the place of the SDK's, as it is imported. */
const own = (file: string): string => JSON.stringify(fileURLToPath(new URL(`functionClient/${file}`, import.meta.url)));

const exported = (source: string, pattern: RegExp): string =>
  [...source.matchAll(pattern)].map(([, name]) => `export const ${name} = undefined;`).join('\n');

/** The SDK's clients on another chassis (functionClient/client.ts). */
export const REPLACED_CLIENTS: readonly Substitute[] = [
  ...CLIENTS.flatMap(({ package: name, client, service, operations, errors }) => [
    substitute(
      `@aws-sdk/${name}/dist-es/${client}.js`,
      () => `import { FunctionClient } from ${own('client.ts')};
        import { ${service} } from ${own('services.ts')};
        import * as errors from './models/errors';
        import { version } from '../package.json';
        export class ${client} extends FunctionClient {
          constructor(settings) { super(${service}, version, errors, settings); }
        }`,
    ),
    substitute(`@aws-sdk/${name}/dist-es/commands/(\\w+)Command.js`, (source, match) =>
      operations.includes(match[1] ?? '') ? source : absent(source, match),
    ),
    substitute(
      `@aws-sdk/${name}/dist-es/commandBuilder.js`,
      (source) => `export const command = (_ep, _mw, operation) =>
          class {
            operation = operation;
            constructor(input) { this.input = input; }
          };
        ${exported(source, /^export const (_\w+)/gm)}`,
    ),
    substitute(`@aws-sdk/${name}/dist-es/models/errors.js`, onlyClasses(errors)),
    // JSON needs no schema.
    substitute(`@aws-sdk/${name}/dist-es/schemas/schemas_0.js`, (source) => exported(source, /^export var (\w+\$) /gm)),
  ]),
  // Marshals around the client, where the SDK has two middlewares that are added to each command anew.
  substitute(
    '@aws-sdk/lib-dynamodb/dist-es/DynamoDBDocumentClient.js',
    () => `import { marshallInput, unmarshallOutput } from './commands/utils';
      export class DynamoDBDocumentClient {
        #client; #marshalling; #unmarshalling;
        constructor(client, { marshallOptions, unmarshallOptions } = {}) {
          this.#client = client;
          this.#marshalling = { convertTopLevelContainer: true, ...marshallOptions };
          this.#unmarshalling = { convertWithoutMapWrapper: true, ...unmarshallOptions };
        }
        static from(client, options) { return new DynamoDBDocumentClient(client, options); }
        async send({ clientCommand, input, inputKeyNodes, outputKeyNodes }, options) {
          clientCommand.input = marshallInput(input, inputKeyNodes, this.#marshalling);
          return unmarshallOutput(await this.#client.send(clientCommand, options), outputKeyNodes, this.#unmarshalling);
        }
      }`,
  ),
  substitute(
    '@aws-sdk/lib-dynamodb/dist-es/baseCommand/DynamoDBDocumentClientCommand.js',
    () => 'export class DynamoDBDocumentClientCommand {}',
  ),
];
