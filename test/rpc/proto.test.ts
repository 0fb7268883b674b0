import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type DescField, type DescMessage, type DescService, ScalarType } from '@bufbuild/protobuf';
import { AuthService as PublishedAuthService } from '@zitadel/proto/zitadel/auth_pb.js';
import { ErrorDetailSchema as PublishedErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb.js';
import { afterAll, describe, expect, it } from 'vitest';
import { isEnum } from '../../lib/operations/fields.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import { ChallengeService } from '../../lib/rpc/gen/otpsms/v1/challenge_pb.ts';
import { AuthService } from '../../lib/rpc/gen/zitadel/auth_pb.ts';
import { ErrorDetailSchema } from '../../lib/rpc/gen/zitadel/message_pb.ts';
import { bareEnvironment, ROOT } from '../support/spawn.ts';

const folder = await mkdtemp(join(tmpdir(), 'otp-sms-factor-proto-'));
afterAll(() => rm(folder, { recursive: true }));

/** The text of each file below a folder. */
const filesIn = async (root: string): Promise<Record<string, string>> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = paths.map(async (path) => [path.slice(root.length), await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
};

/** Fields that messages of ZITADEL's have here besides their own, which its clients pass over. */
const FIRST_OF_OURS = 100;

/** All that is on the wire of a message, and of those in it. */
const wire = (message: DescMessage): unknown => ({
  name: message.typeName,
  fields: message.fields
    .filter(({ number }) => number < FIRST_OF_OURS)
    .map((field) => ({
      name: field.name,
      jsonName: field.jsonName,
      number: field.number,
      kind: field.fieldKind,
      oneof: field.oneof?.name,
      of: typeOf(field),
    })),
});

const typeOf = ({ message, enum: values, scalar }: DescField): unknown => {
  if (message) return wire(message);
  return values ? values.values.map(({ name, number }) => [name, number]) : scalar;
};

/** What an input takes: text, or values by their numbers from 0. */
const inputOf = ({ enum: values, scalar }: DescField): unknown =>
  values
    ? values.values.toSorted((one, other) => one.number - other.number).map(({ name }) => name)
    : scalar === ScalarType.STRING && 'text';

const wireOf = (service: DescService, rpc: string) => {
  const method = service.methods.find(({ name }) => name === rpc);
  return method && { kind: method.methodKind, input: wire(method.input), output: wire(method.output) };
};

describe('the generated code', () => {
  it('is what buf makes of the protocol files', async () => {
    const { PATH = '', ...environment } = bareEnvironment();
    await promisify(execFile)(
      join(ROOT, 'node_modules/.bin/buf'),
      ['generate', '--template', 'lib/rpc/buf.gen.yaml', '--output', folder],
      { cwd: ROOT, env: { ...environment, PATH: join(ROOT, 'node_modules/.bin') + delimiter + PATH } },
    );
    const checkedIn = await filesIn(join(ROOT, 'lib/rpc/gen'));
    expect(Object.keys(checkedIn).length).toBeGreaterThan(0);
    expect(await filesIn(join(folder, 'lib/rpc/gen'))).toEqual(checkedIn);
  });
});

describe('the services', () => {
  it.each(AuthService.methods.map(({ name }) => name))('speak of %s as ZITADEL publishes it', (rpc) => {
    expect(wireOf(AuthService, rpc)).toEqual(wireOf(PublishedAuthService, rpc));
    expect(AuthService.typeName).toBe(PublishedAuthService.typeName);
  });

  it('tell errors in the detail that ZITADEL publishes', () => {
    expect(wire(ErrorDetailSchema)).toEqual(wire(PublishedErrorDetailSchema));
  });

  it('have the methods and the fields of the operations, and no others', () => {
    const methods = [AuthService, ChallengeService].flatMap(({ typeName, methods }) =>
      methods.map(({ name, input }) => [
        `${typeName}/${name}`,
        Object.fromEntries(input.fields.map((field) => [field.jsonName, [field.number, inputOf(field)]])),
      ]),
    );
    const operations = Object.values(OPERATIONS).map(({ service, rpc, fields = {} }) => [
      `${service}/${rpc}`,
      Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, [field.number, isEnum(field) ? field.values : 'text']]),
      ),
    ]);
    expect(Object.fromEntries(methods)).toEqual(Object.fromEntries(operations));
  });
});
