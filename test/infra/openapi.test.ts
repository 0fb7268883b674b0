import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../infra/openapi/description.ts';
import { OPERATIONS } from '../../lib/operations/index.ts';
import type { Operation } from '../../lib/operations/operation.ts';
import { apiOf, bearer, configFor, inbox, someone, startIssuer } from '../support/api.ts';
import { withChallengeId } from '../support/challengeIds.ts';

type Content = { readonly content: { readonly 'application/json': { readonly schema: object } } };
type Described = {
  readonly operationId: string;
  readonly requestBody?: Content;
  readonly responses: Record<string, Content | { readonly $ref: string }>;
};
type Description = {
  readonly paths: Record<string, Record<string, Described>>;
  readonly components: { readonly responses: Record<string, Content> };
};

/** Every object closed, so that an answer with a field that is not described fails. */
const description: Description = JSON.parse(JSON.stringify(describeApi('http://127.0.0.1:3000/auth/v1')), (_, value) =>
  value?.type === 'object' && value.properties ? { additionalProperties: false, ...value } : value,
);
const { components } = description;

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);

/** What of a value is not as a content describes it. */
const faults = ({ content }: Content, value: unknown): unknown => {
  const validate = ajv.compile({ ...content['application/json'].schema, components });
  return validate(value) ? [] : validate.errors;
};

const describedAs = ({ http }: Operation): Described => {
  const [verb = '', path = ''] = http.split(' ');
  const described = description.paths[path]?.[verb.toLowerCase()];
  if (!described) throw new Error(`${http} is not described`);
  return described;
};

const responseTo = (operation: Operation, status: '200' | 'default'): Content => {
  const response = describedAs(operation).responses[status];
  const content =
    response && '$ref' in response ? components.responses[response.$ref.split('/').at(-1) ?? ''] : response;
  if (!content) throw new Error(`${operation.http} has no ${status}`);
  return content;
};

const issuer = await startIssuer();
const config = configFor(issuer);
const PHONE = '+41791119999';

/** Calls an operation of a user and checks answer and refusal against the description. */
const caller = async (sub = someone()) => {
  const headers = bearer(await issuer.token({ sub }));
  return async (operation: Operation, input: object = {}): Promise<number> => {
    const { status, body } = await apiOf(operation, config)({ headers, body: JSON.stringify(input) });
    expect(faults(responseTo(operation, status === 200 ? '200' : 'default'), body)).toEqual([]);
    return status;
  };
};

const codeTo = (phone: string): string => /^(\d+)/.exec(inbox.messages(phone).at(-1)?.body ?? '')?.[1] ?? '';

describe('the OpenAPI description', () => {
  it('names every operation under its verb and path, and no other', () => {
    const described = Object.values(description.paths).flatMap((verbs) => Object.values(verbs));
    expect(described.map(({ operationId }) => operationId).sort()).toEqual(
      Object.values(OPERATIONS)
        .map(({ rpc }) => rpc)
        .sort(),
    );
    for (const operation of Object.values(OPERATIONS)) expect(describedAs(operation).operationId).toBe(operation.rpc);
  });

  it('is true of the answers in the life of a factor', async () => {
    const sub = someone();
    const call = await caller(sub);
    const life: [Operation, (() => object)?][] = [
      [OPERATIONS.getPhone],
      [OPERATIONS.listAuthFactors],
      [OPERATIONS.setPhone, () => ({ phone: PHONE })],
      [OPERATIONS.verifyPhone, () => ({ code: codeTo(PHONE) })],
      [OPERATIONS.getPhone],
      [OPERATIONS.addOtpSms],
      [OPERATIONS.listAuthFactors],
      [OPERATIONS.challengeOtpSms],
      [OPERATIONS.checkOtpSms, () => ({ code: codeTo(PHONE) })],
      [OPERATIONS.removeOtpSms],
      [OPERATIONS.removePhone],
    ];
    for (const [operation, input] of life) {
      const given = input?.() ?? {};
      const body =
        operation === OPERATIONS.checkOtpSms ? withChallengeId(bearer(await issuer.token({ sub })), given) : given;
      const { requestBody } = describedAs(operation);
      if (requestBody) expect(faults(requestBody, body)).toEqual([]);
      expect([operation.rpc, await call(operation, body)]).toEqual([operation.rpc, 200]);
    }
  });

  it('is true of refusals', async () => {
    const call = await caller();
    expect(await call(OPERATIONS.addOtpSms)).toBe(400);
    expect(await call(OPERATIONS.setPhone, { phone: '0791119999' })).toBe(400);
    expect(await call(OPERATIONS.setPhone, { phone: PHONE })).toBe(200);
    expect(await call(OPERATIONS.resendPhoneVerification)).toBe(429);
    expect(await call(OPERATIONS.removeOtpSms)).toBe(404);
  });

  it.each([{}, { phone: '' }, { phone: `+${'4'.repeat(200)}` }, { phone: 41 }])(
    'refuses %j as the API does',
    async (input) => {
      const { requestBody } = describedAs(OPERATIONS.setPhone);
      expect(requestBody && faults(requestBody, input)).not.toEqual([]);
      expect(await (await caller())(OPERATIONS.setPhone, input)).toBe(400);
    },
  );
});
