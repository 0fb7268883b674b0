import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Device, openTab } from './browser.ts';
import { useBrowser } from './stack.ts';
import { visitor } from './visitor.ts';

const used = useBrowser();

/** A code as one copies it out of a message, or types it. */
const spaced = (code: string): string => ` ${code.slice(0, 3)} ${code.slice(3)} `;

/** Whom the screenshots show. */
const WHO = { desktop: ['alice', '+41797654321'], phone: ['bob', '+41797654322'] } as const;

describe.each<Device>(['desktop', 'phone'])('every state of the page on a %s', (device) => {
  it('from signing in to a phone that is removed', async () => {
    const { page, look, console: heard } = await openTab(used.browser, device);
    const me = visitor(page, used.dev, ...WHO[device]);
    await page.goto(used.dev);
    await look('01-signed-out');
    await page.getByLabel('User').fill(' ');
    await me.button('Sign in').click();
    await page.getByText('Enter a name.').waitFor();
    await me.signIn();
    await page.getByLabel('Mobile number').waitFor();
    await look('02-no-phone');

    await page.getByLabel('Mobile number').fill('079 123 45 67');
    await me.button('Send a code').click();
    await page.getByText('Begin with the country code').waitFor();
    expect(await page.getByLabel('Mobile number').getAttribute('aria-invalid')).toBe('true');
    await look('03-number-refused');
    await page.getByLabel('Mobile number').fill('+41 79 000 00 02');
    await me.button('Send a code').click();
    await page.getByText('This number has opted out of our messages').waitFor();
    await look('04-number-opted-out');

    await sleep(1_000);
    await me.setPhone();
    for (const [name, value] of [
      ['autocomplete', 'one-time-code'],
      ['inputmode', 'numeric'],
    ] as const)
      expect(await me.codeField.getAttribute(name)).toBe(value);
    await look('05-verification');
    await me.enter('12345');
    await page.getByText('The code has 6 digits. This did not count as an attempt.').waitFor();
    await me.enter(await me.wrongCode());
    await page.getByText('The code is wrong.').waitFor();
    await page.getByText('4 attempts left').waitFor();
    await look('06-verification-wrong');
    await me.button('Send another code').waitFor();
    await me.afterMessage(() => me.button('Send another code').click());
    await look('07-verification-resent');
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(spaced(await me.code()))})`);
    await me.codeField.press('ControlOrMeta+V');
    expect(await me.codeField.inputValue()).toBe(await me.code());
    await me.codeField.press('Enter');
    await me.button('Turn on').waitFor();
    await look('08-verified');

    await me.button('Turn on').click();
    await me.button('Send a login code').waitFor();
    await look('09-enrolled');
    await me.challenge();
    await look('10-challenge');
    const sent = await me.messages.count();
    await page.reload();
    await me.codeField.waitFor();
    await look('11-challenge-after-a-reload');
    expect(await me.messages.count()).toBe(sent);
    await me.enter(await me.wrongCode());
    await page.getByText('4 attempts left').waitFor();
    await look('12-challenge-wrong');
    await me.enter(await me.code());
    await page.getByText('Signature holds').waitFor();
    await look('13-proof');
    await page.getByRole('link', { name: 'decoded below' }).click();
    await look('14-proof-decoded');
    await page.locator('#calls summary', { hasText: '_check' }).first().click();
    await look('15-call');
    await me.button('Copy as curl').click();
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      await page.evaluate<string>('navigator.clipboard.readText()'),
    ]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 [\s\S]*"proof":"eyJ/); // the same key gives the same answer again

    await me.afterMessage(() =>
      me
        .button('Change the number')
        .click()
        .then(() => changeNumber()),
    );
    async function changeNumber() {
      await page.getByLabel('Mobile number').fill(visitor(page, used.dev).phone);
      await me.button('Send a code').click();
    }
    await page.getByText('Move SMS codes to another number?').waitFor();
    await me.codeField.waitFor();
    await look('16-step-up-for-a-number');
    await me.afterMessage(async () => me.enter(await me.code()));
    await page.getByText('Move SMS codes').waitFor({ state: 'detached' });
    await me.enter(await me.code());
    await me.button('Remove the phone').waitFor();
    await look('17-number-moved');

    await me.afterMessage(() => me.button('Turn off SMS codes').click());
    await page.reload();
    await page.getByText('Turn off SMS codes?').waitFor();
    await look('18-step-up-after-a-reload');
    await me.enter(await me.code());
    await me.button('Turn on').waitFor();
    await look('19-off');
    await me.button('Remove the phone').click();
    await page.getByLabel('Mobile number').waitFor();
    await look('20-phone-removed');
    expect(await page.locator('#log .type').first().textContent()).toBe('phone.removed');
    await me.button('Sign out').click();
    await page.getByLabel('User').waitFor();
    expect(heard).toEqual([]);
  });

  it('locks', async () => {
    const { page, look, console: heard } = await openTab(used.browser, device);
    const me = visitor(page, used.dev);
    await me.enrol();
    await me.challenge();
    for (let left = 4; left >= 0; left--) {
      await me.enter(await me.wrongCode());
      await page.getByText(left === 0 ? /^Locked until \d\d:\d\d$/ : new RegExp(`^${left} attempts? left`)).waitFor();
    }
    await look('21-factor-locked');
    expect(await me.button(/^Send another in 1[45]:\d\d$/).getAttribute('aria-disabled')).toBe('true');
    await page.reload();
    await page.getByText(/^Locked until/).waitFor();
    expect(heard).toEqual([]);

    const other = visitor(page, used.dev);
    await me.button('Sign out').click();
    await page.getByLabel('User').waitFor();
    await other.signIn();
    await other.setPhone();
    for (let left = 4; left >= 0; left--) {
      await other.enter(await other.wrongCode());
      await page.getByText(left === 0 ? 'that was the last attempt' : new RegExp(`^${left} attempts? left`)).waitFor();
    }
    await look('22-verification-void');
    await other.button('Send another code').click();
    await page.getByText(/^Locked until \d\d:\d\d$/).waitFor();
    await look('23-verification-locked');
    expect(heard).toEqual([]);
  });
});
