import { describe, expect, it } from 'vitest';
import { invokeFunction } from '../../infra/local/invocation.ts';
import { useSecondEngine } from '../support/secondEngine.ts';
import { gone, running, spawnScript } from '../support/spawn.ts';

const endpoint = useSecondEngine();
const invoke = (environment: Record<string, string> = {}, ...args: readonly string[]) =>
  spawnScript('infra/local/invoke.ts', environment, args);

/** The answer in what was written; its body is text, as API Gateway gets it. */
const answerIn = (output: string) => {
  const { statusCode, body } = JSON.parse(output.slice(output.indexOf('\n{\n')));
  return { statusCode, body: JSON.parse(body) };
};

describe.concurrent('npm run invoke', () => {
  it('prints the response with details and exits with 0; with 1 once the answer is a refusal', async () => {
    const first = invoke({ AWS_ENDPOINT_URL_DYNAMODB: endpoint() });
    expect(await first.exit).toEqual({ code: 0, signal: null });
    expect(answerIn(first.stdout())).toMatchObject({ statusCode: 200, body: { details: { sequence: '4' } } });
    await gone(first);

    const second = invoke({ AWS_ENDPOINT_URL_DYNAMODB: endpoint() });
    expect(await second.exit).toEqual({ code: 1, signal: null });
    expect(answerIn(second.stdout())).toMatchObject({ statusCode: 409, body: { code: 6 } });
    await gone(second);
  });

  it('invokes the function that is named, with a body', async () => {
    const invocation = invoke({}, 'setPhone', '{"phone":"+41791234599"}');
    expect(await invocation.exit).toEqual({ code: 0, signal: null });
    expect(answerIn(invocation.stdout())).toMatchObject({ statusCode: 200, body: { details: { sequence: '5' } } });
  });

  it('invokes the function without a route, whose event is the body', async () => {
    const removal = { action: 'removePhone', userId: 'sample-user', operator: 'alice', reason: 'The phone is lost' };
    const invocation = invoke({}, 'support', JSON.stringify(removal));
    expect(await invocation.exit).toEqual({ code: 0, signal: null });
    expect(invocation.stdout()).toMatch(/^\{\n.*"sequence": "4"/ms);

    const refused = invoke({}, 'support', JSON.stringify({ ...removal, action: 'unlock' }));
    expect(await refused.exit).toEqual({ code: 1, signal: null });
    expect(refused.stdout()).toContain('"reason": "NOT_LOCKED"');
  });

  it.each([
    ['a function that there is not', ['addOtp'], /^There is no function addOtp: npm run invoke -- <addOtpSms \| .*\n$/],
    ['a body that is no JSON', ['setPhone', '+41791234599'], /^The body is not JSON: npm run invoke -- setPhone .*\n$/],
  ])('refuses %s with one line', async (_, args, line) => {
    const invocation = invoke({}, ...args);
    expect(await invocation.exit).toEqual({ code: 1, signal: null });
    expect(invocation.stderr()).toMatch(line);
  });

  it('takes nothing with it when it is interrupted', async () => {
    const invocation = invoke();
    await running(invocation, 'invoke local');
    process.kill(invocation.pid, 'SIGTERM');
    expect(await invocation.exit).toEqual({ code: 130, signal: null });
    await gone(invocation);
  });
});

/** A function is invoked where there is a local stack. */
const STACK = { SMS_INBOX_URL: 'http://127.0.0.1:9/messages', PROOF_ISSUER: 'http://127.0.0.1:9' };

describe.concurrent('invokeFunction', () => {
  it('tells what was said when the function does not load', async () => {
    const environment = { ...STACK, TOKEN_ISSUER: 'https://issuer.example', TOKEN_AUDIENCE: '', TOKEN_CLIENT_ID: '' };
    const invocation = invokeFunction('addOtpSms', {}, environment);
    await expect(invocation).rejects.toThrow(/gave no answer\n.*Set TOKEN_AUDIENCE .* or TOKEN_CLIENT_ID/s);
  });

  it('ends an invocation that does not end', async () => {
    const invocation = invokeFunction('addOtpSms', {}, STACK, 100);
    await expect(invocation).rejects.toThrow('The function addOtpSms gave no answer within 0.1 seconds');
  });
});
