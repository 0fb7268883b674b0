import type { Page } from 'playwright-core';
import { someone } from '../support/api.ts';
import { somePhone, wrong } from '../support/person.ts';

/** Someone new who uses the page of a development side, as far as many tests do the same. */
export const visitor = (page: Page, dev: string, user = someone(), phone = somePhone()) => {
  const codeField = page.getByLabel(/^Enter the \d-digit code/);
  const messages = page.locator('.message');
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });

  /** The code in the last message on the drawn phone. */
  const code = async (): Promise<string> =>
    /^\d+/.exec((await messages.last().locator('.bubble').textContent()) ?? '')?.[0] ?? '';

  /** Does what has a message sent; the drawn phone shows it then. */
  const afterMessage = async (act: () => Promise<void>): Promise<void> => {
    const before = await messages.count();
    await act();
    await messages.nth(before).waitFor({ state: 'attached' });
  };

  const enter = async (text: string): Promise<void> => {
    await codeField.fill(text);
    await codeField.press('Enter');
  };

  const signIn = async (): Promise<void> => {
    await page.goto(dev);
    await page.getByLabel('User').fill(user);
    await button('Sign in').click();
    await page.getByLabel('Mobile number').waitFor();
  };

  /** Has a number, and waits for its code. */
  const setPhone = async (): Promise<void> => {
    await afterMessage(async () => {
      await page.getByLabel('Mobile number').fill(phone);
      await button('Send a code').click();
    });
    await codeField.waitFor();
  };

  const enrol = async (): Promise<void> => {
    await signIn();
    await setPhone();
    await enter(await code());
    await button('Turn on').click();
    await button('Send a login code').waitFor();
  };

  const challenge = async (): Promise<void> => {
    await afterMessage(() => button('Send a login code').click());
    await codeField.waitFor();
  };

  const wrongCode = async (): Promise<string> => wrong(await code());

  return {
    ...{ user, phone, codeField, messages, button },
    ...{ code, wrongCode, afterMessage, enter, signIn, setPhone, enrol, challenge },
  };
};
