import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FOR_GOOD } from '../../lib/domain/failedAttempts.ts';
import { ACTIONS } from '../../lib/operator/request.ts';
import { configFor, startIssuer } from '../support/api.ts';
import { factorOf, reasonOf } from '../support/factor.ts';
import { FUNCTION_NAMES, ROUTES } from '../support/package.ts';
import type { Name } from '../support/person.ts';
import { supporterOf } from '../support/supporter.ts';
import { COUNTERS, ITEMS, kindOf, LOOK, unitsOf } from '../support/units.ts';
import { WRITES } from '../support/writes.ts';
import { recordWrongCodes } from '../support/wrongCodes.ts';

const text = (path: string) => readFileSync(new URL(`../../infra/${path}`, import.meta.url), 'utf8');
const runbook = text('operate.md');
const stages = parse(text('stages.yml'));

describe('the way to support a user', () => {
  const command = /aws lambda invoke .+?^```/ms.exec(runbook)?.[0] ?? '';
  const [, functionName] = /--function-name (\S+)/.exec(command) ?? [];
  const payload = /--payload '([^']+)'/.exec(command)?.[1] ?? '';
  const actions = [...runbook.matchAll(/^\| `(unlock|remove\w+|erase)` \|/gm)].map(([, action]) => action);

  it('names the function as prod has it', () => {
    const [name] = FUNCTION_NAMES.filter((each) => ROUTES[each]?.length === 0);
    expect(functionName).toBe(`otp-sms-factor-prod-${name}`);
  });

  it('opens a lock that no time opens, and says every action there is', async () => {
    const issuer = await startIssuer();
    const support = supporterOf(configFor(issuer));
    const user = await factorOf(issuer).challenged();
    await recordWrongCodes(user, { failures: 100, lockedUntil: FOR_GOOD });
    expect(reasonOf(await user.challenge())).toBe('OTP_SMS_LOCKED');
    expect(await support(JSON.parse(payload.replace('<sub>', user.sub)))).toHaveProperty('details.sequence');
    expect(reasonOf(await user.challenge())).toBe('SMS_TOO_SOON');
    expect(actions).toEqual(ACTIONS);
  });
});

describe('the way to erase a user', () => {
  const chapter = /^## Erase a user\n(.+?)^## /ms.exec(runbook)?.[1] ?? '';
  const payload = /--payload '([^']+)'/.exec(chapter)?.[1] ?? '';

  it('erases, until it answers what it is called for', async () => {
    const issuer = await startIssuer();
    const support = supporterOf(configFor(issuer));
    const user = await factorOf(issuer).challenged();
    const event = JSON.parse(payload.replace('<sub>', user.sub));
    expect(await support(event)).toHaveProperty('details.sequence');
    const [, last] = /Call it until it answers `(\w+)`/.exec(chapter) ?? [];
    expect((await support(event)).details).toContainEqual(expect.objectContaining({ reason: last }));
  });

  it('says the lives that the template has', () => {
    const [, prod, other] = /\| (\d+) days in `prod`, else (\d+) \|/.exec(chapter) ?? [];
    expect([prod, other].map(Number)).toEqual([stages.prod.logRetentionDays, stages.default.logRetentionDays]);
  });
});

describe('the cost of', () => {
  const units = (names: readonly Name[]) => {
    const writes = names.flatMap((name) => WRITES.find((write) => write.name === name) ?? []);
    const sending = writes.filter((write) => write.messages > 0);
    const counters = sending.reduce((sum, { name }) => sum + COUNTERS[kindOf(name)], 0);
    return {
      requests: names.length,
      'read units': names.length + LOOK * sending.length,
      'write units': names.reduce((sum, name) => sum + unitsOf(name), 0) + counters,
      messages: sending.length,
      events: writes.flatMap(({ events }) => events).length,
    };
  };
  const enrolment = units(['setPhone', 'verifyPhone', 'addOtpSms']);
  const check = units(['challengeOtpSms', 'checkOtpSms']);

  it('an enrolment and a check is what was measured', () => {
    expect(Object.keys(ITEMS)).toEqual(expect.arrayContaining(WRITES.map(({ name }) => name)));
    for (const [name, used] of Object.entries(enrolment))
      expect(runbook).toContain(`| ${name} | ${used} | ${check[name as keyof typeof check]} |`);
  });

  it.each([
    ['enrolments', enrolment, ''],
    ['checks', check, ' + 0.1·J'],
  ])('a thousand %s adds these up', (name, { requests, events, ...used }, signatures) => {
    const [calls, reads, writes] = [requests, used['read units'], used['write units']].map((each) => each / 1000);
    const lambda = requests * 1000 * 0.5;
    expect(runbook).toContain(
      `a thousand ${name}: \`${calls}·(G + Q) + ${lambda}·t·D + ${reads}·R + ${writes}·W + 0.2·K${signatures} + ` +
        `${used.messages * 1000}·S + ${events / 1000}·(P + E)\``,
    );
  });
});
