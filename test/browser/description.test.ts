import { describe, expect, it } from 'vitest';
import { type Device, openTab } from './browser.ts';
import { useBrowser } from './stack.ts';
import { visitor } from './visitor.ts';

const used = useBrowser();

describe.each<Device>(['desktop', 'phone'])('the page with the description of the API on a %s', (device) => {
  it('has the token of who is signed in filled in, fits the screen, and leads back', async () => {
    const { page, console: heard, screenshot } = await openTab(used.browser, device);
    const me = visitor(page, used.dev);
    await me.signIn();
    await me.setPhone();
    await page.getByRole('link', { name: 'API', exact: true }).click();
    await page.getByText(`signed in as ${me.user}`).waitFor();
    await page.getByText('Show the phone', { exact: true }).click();
    await screenshot('30-description');
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    const answer = page.locator('.live-responses-table .response');
    expect(await answer.locator('.response-col_status').innerText()).toMatch(/^200/);
    expect(await answer.locator('.highlight-code').first().innerText()).toContain(me.phone);
    const [width, screen] = await page.evaluate<[number, number]>('[document.body.scrollWidth, innerWidth]');
    expect(width).toBeLessThanOrEqual(screen);
    await answer.scrollIntoViewIfNeeded();
    await screenshot('31-description-tried');
    await page.getByRole('link', { name: 'See it work' }).click();
    await me.codeField.waitFor();
    expect(heard).toEqual([]);
  });
});
