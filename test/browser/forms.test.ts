import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { maskPhoneNumber } from '../../lib/domain/phoneNumber.ts';
import { openTab } from './browser.ts';
import { useBrowser } from './stack.ts';
import { visitor } from './visitor.ts';

const used = useBrowser();

/** A page of its own on a desktop, and who uses it. */
const visit = async () => {
  const tab = await openTab(used.browser, 'desktop');
  return { ...tab, me: visitor(tab.page, used.dev) };
};

describe('the form for a code', () => {
  it('takes the code out of the message by itself, where the browser has WebOTP', async () => {
    const { page, me } = await visit();
    await page.addInitScript(`
      window.OTPCredential = class {};
      navigator.credentials.get = (request) => new Promise((resolve) => Object.assign(window, { request, resolve }));
    `);
    await me.signIn();
    await me.setPhone();
    expect(await page.evaluate('request.otp')).toEqual({ transport: ['sms'] });
    await page.evaluate(`resolve({ code: '${await me.code()}' })`);
    await me.button('Turn on').waitFor();
    expect(await page.evaluate('request.signal.aborted')).toBe(true);
  });

  it('takes the code out of a whole message that is pasted', async () => {
    const { page, me } = await visit();
    await me.signIn();
    await me.setPhone();
    const message = await me.messages.last().locator('.bubble').innerText();
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(message)})`);
    await me.codeField.press('ControlOrMeta+V');
    expect(await me.codeField.inputValue()).toBe(await me.code());
  });

  it('counts by the clock of the server until the code has expired', async () => {
    const { page, me, look } = await visit();
    await page.clock.install({ time: Date.now() - 3_600_000 });
    await me.signIn();
    await me.setPhone();
    await page.getByText(/good for (5:0[01]|4:5\d)/).waitFor();
    await page.clock.fastForward('05:00');
    await page.getByText('The code has expired. Ask for another.').waitFor();
    await look('24-expired');
    await sleep(1_000); // the server's clock was not moved
    await me.afterMessage(() => me.button('Send another code').click());
    await me.enter(await me.code());
    await me.button('Turn on').waitFor();
  });

  it('says that there is no connection, and goes on when there is', async () => {
    const { page, me } = await visit();
    await me.signIn();
    await me.setPhone();
    await page.context().setOffline(true);
    await me.enter(await me.code());
    await page.getByText('There is no connection. Try again.').waitFor();
    await page.context().setOffline(false);
    await me.codeField.press('Enter');
    await me.button('Turn on').waitFor();
  });

  it('asks for another code where a newer one was asked for elsewhere', async () => {
    const { page, me } = await visit();
    await me.enrol();
    await me.challenge();
    const code = await me.code();
    const elsewhere = await openTab(used.browser, 'desktop');
    await elsewhere.page.goto(used.dev);
    await elsewhere.page.getByLabel('User').fill(me.user);
    await elsewhere.page.getByRole('button', { name: 'Sign in' }).click();
    await sleep(2_000);
    await me.afterMessage(() => elsewhere.page.getByRole('button', { name: 'Send a login code' }).click());
    await me.enter(code);
    await page.getByText('A newer code was asked for elsewhere').waitFor();
  });

  it('says who opens a lock that no time opens', async () => {
    const { page, me } = await visit();
    await me.enrol();
    const info = { reason: 'OTP_SMS_LOCKED', metadata: { opensBy: 'OPERATOR' } };
    await page.route('**/_challenge', (route) =>
      route.fulfill({ status: 400, json: { details: [info] }, headers: { 'access-control-allow-origin': '*' } }),
    );
    await me.button('Send a login code').click();
    await page.getByText('Only our support can unlock SMS codes now.').waitFor();
  });
});

describe('the keyboard alone', () => {
  it('goes all the way, with the focus where the next thing is', async () => {
    const { page, me } = await visit();
    await page.goto(used.dev);
    const focused = () =>
      page.evaluate<string>(
        '(({ labels, textContent }) => (labels?.[0] ?? { textContent }).textContent.trim())(document.activeElement)',
      );
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 30 && (await focused()) !== name; presses++) await page.keyboard.press('Tab');
      expect(await focused()).toBe(name);
    };
    const waitForFocus = (name: string) => expect.poll(focused, { timeout: 10_000 }).toBe(name);
    const type = async (text: string) => {
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    };

    const codeLabel = `Enter the 6-digit code sent to ${maskPhoneNumber(me.phone)}`;

    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the walk');
    await page.keyboard.press('Enter');
    await tabTo('User');
    await type(me.user);
    await waitForFocus('Mobile number');
    await me.afterMessage(() => type(me.phone));
    await waitForFocus(codeLabel);
    await type(await me.wrongCode());
    await page.getByText('The code is wrong.').waitFor();
    await waitForFocus(codeLabel);
    await type(await me.code());
    await waitForFocus('Turn on');
    await page.keyboard.press('Enter');
    await waitForFocus('Send a login code');
    await me.afterMessage(() => page.keyboard.press('Enter'));
    await waitForFocus(codeLabel);
    await type(await me.code());
    await waitForFocus('decoded below');
    await tabTo('Turn off SMS codes');
    await page.keyboard.press('Enter');
    await waitForFocus(codeLabel);
    await tabTo('Cancel');
    await page.keyboard.press('Enter');
    await waitForFocus('Turn off SMS codes');
    await sleep(2_000);
    await me.afterMessage(() => page.keyboard.press('Enter'));
    await waitForFocus(codeLabel);
    await type(await me.code());
    await waitForFocus('Turn on');
  });
});
