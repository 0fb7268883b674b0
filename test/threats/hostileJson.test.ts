import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFunction } from '../../lib/http/createFunction.ts';
import { addOtpSms } from '../../lib/operations/addOtpSms.ts';
import {
  apiOf,
  bearer,
  configFor,
  httpEvent,
  lambdaContext,
  type Request,
  someone,
  startIssuer,
  users,
} from '../support/api.ts';

const issuer = await startIssuer();
const config = configFor(issuer);
const call = apiOf(addOtpSms, config);
const { handler } = createFunction(addOtpSms, config);

const base64 = (bytes: string | readonly number[]): Request => ({
  body: (typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from([...bytes])).toString('base64'),
  isBase64Encoded: true,
});

const nested = (open: string, close: string, levels: number): string => open.repeat(levels) + close.repeat(levels);

const inField = (json: string): string => `{"field":${json}}`;

const SIX_MEGABYTES = 6 * 1024 * 1024;

/** A user whom nothing but the body keeps from enrolling. */
const ready = async () => {
  const sub = someone();
  await users.put(sub, { phone: '+41791234567', verified: true });
  return { sub, headers: bearer(await issuer.token({ sub })) };
};

describe('hostile bodies', () => {
  it.each<[string, Request & { readonly contentType?: string }]>([
    ['lists nested 10,000 deep', { body: inField(nested('[', ']', 10_000)) }],
    ['lists nested as deep as the size allows', { body: inField(nested('[', ']', 8_000)) }],
    ['objects nested 1,000 deep', { body: `${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}` }],
    ['lists nested 32 deep in an object', { body: inField(nested('[', ']', 32)) }],
    ['lists that are never closed', { body: `{"field":${'['.repeat(10_000)}` }],
    ['__proto__', { body: '{"__proto__":{"admin":true}}' }],
    ['__proto__, escaped', { body: '{"\\u005f_proto__":{"admin":true}}' }],
    ['__proto__, nested', { body: '{"field":[{"__proto__":null}]}' }],
    ['constructor.prototype', { body: '{"constructor":{"prototype":{"admin":true}}}' }],
    ['a name twice', { body: '{"code":"1","code":"2"}' }],
    ['a name twice, nested', { body: '{"field":[{"code":"1","other":{},"code":"2"}]}' }],
    ['a name twice, once by an escape', { body: '{"a":1,"\\u0061":2}' }],
    ['a name twice, blanks before the colon', { body: '{"a" :1,"a"\n:2}' }],
    ['a name twice behind a text that looks like an end', { body: '{"a":"}{","a":2}' }],
    ['6 MB of text', { body: inField(`"${'x'.repeat(SIX_MEGABYTES)}"`) }],
    ['6 MB of blanks', { body: `{}${' '.repeat(SIX_MEGABYTES)}` }],
    ['6 MB in base64', base64(`{}${' '.repeat(SIX_MEGABYTES)}`)],
    ['UTF-16 by its name', { body: '{}', contentType: 'application/json; charset=utf-16' }],
    ['Latin 1 by its name', { body: '{}', contentType: 'application/json;charset="ISO-8859-1"' }],
    ['UTF-7 behind another parameter', { body: '{}', contentType: 'text/json; v=1; charset=utf-7' }],
    ['UTF-16 in fact', base64([...Buffer.from('\ufeff{}', 'utf16le')])],
    ['no base64 in what should be', { body: '{"a":1}', isBase64Encoded: true }],
    ['base64 of a length that is none', { body: 'e30x0', isBase64Encoded: true }],
    ['one base64 character', { body: 'A', isBase64Encoded: true }],
    ['the other base64 alphabet', { body: '-_-_', isBase64Encoded: true }],
    ['base64 with line feeds', { body: 'e3\n0=', isBase64Encoded: true }],
    ['base64 that goes on behind its padding', { body: 'e30=e30=', isBase64Encoded: true }],
    ['invalid UTF-8', base64([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')])],
    ['overlong UTF-8', base64([...Buffer.from('{"a":"'), 0xc0, 0xaf, ...Buffer.from('"}')])],
    ['a surrogate in UTF-8', base64([...Buffer.from('{"a":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
    ['a lone surrogate', { body: '{"a":"\ud800"}' }],
    ['a lone surrogate, escaped', { body: '{"a":"\\ud800"}' }],
    ['a lone surrogate in a name', { body: '{"\\udc00":1}' }],
    ['a lone surrogate in a list', { body: '{"a":["\\udc00\\ud800"]}' }],
    ['a byte order mark', { body: '\ufeff{}' }],
    ['a byte order mark in base64', base64('\ufeff{}')],
    ['a byte order mark and nothing else', base64('\ufeff')],
    ['a truncated object', { body: '{"a":1' }],
    ['a truncated text', { body: '{"a":"' }],
    ['a truncated escape', { body: '{"a":"\\u00' }],
    ['a control character', { body: '{"a":"\u0000"}' }],
    ['a zero byte', { body: '\u0000' }],
    ['a comma too many', { body: '{"a":1,}' }],
    ['a comment', { body: '{/**/}' }],
    ['NaN', { body: '{"a":NaN}' }],
  ])('%s', async (_, { contentType, ...request }) => {
    const { sub, headers } = await ready();
    const before = await users.events(sub);

    const answer = await call({
      ...request,
      headers: { ...headers, ...(contentType !== undefined && { 'content-type': contentType }) },
    });

    expect(answer).toMatchObject({ status: 400, body: { code: 3 } });
    expect(JSON.stringify(answer.body)).toMatch(/"reason":"BODY_(INVALID|TOO_LARGE)"/);
    expect(await users.events(sub)).toEqual(before);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });
});

describe('odd bodies that are sound', () => {
  it.each<[string, Request]>([
    ['lists nested 31 deep in an object', { body: inField(nested('[', ']', 31)) }],
    ['the same name in two objects', { body: '{"a":{"code":1},"b":{"code":2},"c":[{"code":3},{"code":4}]}' }],
    ['a name that stands in a text as well', { body: '{"a":"a","b":"\\"a\\":","c":["a","a"]}' }],
    ['names of every object', { body: '{"toString":1,"hasOwnProperty":null,"constructor":"x"}' }],
    ['a pair of surrogates', { body: '{"a":"\\ud83d\\ude00","😀":1}' }],
    ['numbers beyond measure', { body: '{"a":1e999,"b":-0,"c":123456789012345678901234567890}' }],
    ['UTF-8 in base64', base64('{"a":"é😀"}')],
  ])('%s', async (_, request) => {
    const { headers } = await ready();

    expect(await call({ ...request, headers })).toMatchObject({ status: 200 });
  });
});

describe('hostile headers', () => {
  it.each([
    ['x-forwarded-for', '198.51.100.1'],
    ['x-forwarded-for', "198.51.100.1, 127.0.0.1, ' OR 1=1"],
    ['forwarded', 'for=198.51.100.1;proto=http'],
    ['x-real-ip', '127.0.0.1'],
    ['x-http-method-override', 'DELETE'],
    ['x-original-url', '/auth/v1/users/someone/phone'],
  ])('%s: %s has no effect', async (name, value) => {
    const { sub, headers } = await ready();
    const spoofed = { ...headers, [name]: value };

    expect(await call({ headers: spoofed })).toMatchObject({ status: 200 });
    expect((await users.events(sub)).at(-1)).toMatchObject({ type: 'user.human.mfa.otp.sms.added', editor: sub });
    expect(await call({ headers: spoofed })).toEqual(await call({ headers }));
  });
});

describe('any event is survived', () => {
  const survive = async (event: unknown): Promise<void> => {
    const answer = (await handler(event as never, lambdaContext() as never)) as Record<string, unknown>;
    expect(answer).toMatchObject({
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: expect.stringMatching(/^\{"code":\d+,"message":"[^"]+/),
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  };

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a list', []],
    ['a text', 'event'],
    ['null headers', { headers: null, body: null }],
    ['no request context', { ...httpEvent(addOtpSms.http, { body: '{' }), requestContext: undefined }],
    ['headers that are lists', { headers: { authorization: ['Bearer a'] } }],
    ['headers and a body nobody sends', { headers: { authorization: '' }, body: 7, isBase64Encoded: 'yes' }],
    ['headers that are objects', { headers: { authorization: { toString: null } } }],
  ])('%s', async (_, event) => survive(event));

  it('whatever it is made of', async () => {
    await fc.assert(fc.asyncProperty(fc.object(), survive), { seed: 1, numRuns: 200 });
  });

  it('whatever the body of an unenrolled user is', async () => {
    const headers = bearer(await issuer.token({ sub: someone() }));
    const body = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.base64String());
    const request = fc.record({ body, isBase64Encoded: fc.boolean(), contentType: fc.string() });

    await fc.assert(
      fc.asyncProperty(request, async ({ contentType, ...rest }) => {
        const answer = await call({ ...rest, headers: { ...headers, 'content-type': contentType } });
        expect(answer.status).toBe(400);
        expect([3, 9]).toContain(answer.body.code);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
