import type { Pending } from './answers.ts';
import type { Client } from './client.ts';
import { createCodeForm } from './codeForm.ts';
import type { Countdowns } from './countdown.ts';
import { announce, find, onUse, showError } from './dom.ts';
import type { StepUp } from './stepUp.ts';
import { textOf } from './texts.ts';

/** What `PUT /users/me/phone` and `_resend_verification` answer; nothing is pending where the verified number was set. */
type Sent = { readonly verification?: Pending };

/** The step in which a number is set and verified, changed and removed. */
export const createPhoneStep = (
  client: Client,
  countdowns: Countdowns,
  stepUp: StepUp,
  { reload, focusNext }: { readonly reload: () => Promise<void>; readonly focusNext: () => void },
) => {
  const setForm = find('#set-phone', HTMLFormElement);
  const input = find('#phone', HTMLInputElement);
  const error = find('#phone-error', HTMLElement);
  const keepButton = find('#keep-phone', HTMLButtonElement);
  const summary = find('#verified-phone', HTMLElement);
  const removalError = find('#phone-removal-error', HTMLElement);
  const [change, remove] = [find('#change-phone', HTMLButtonElement), find('#remove-phone', HTMLButtonElement)];

  const showSetForm = (isChange: boolean) => {
    codeForm.hide();
    setForm.hidden = false;
    summary.hidden = true;
    keepButton.hidden = !isChange;
    input.value = '';
    showError(error, '', input);
    input.focus();
  };

  const codeForm = createCodeForm(find('#verify-phone', HTMLElement), countdowns, {
    check: async (code) => {
      const answer = await stepUp.write({ operation: 'POST /users/me/phone/_verify', body: { code } });
      if (!answer) return;
      await reload(); // hides the form only now, so that the focus is never lost
      announce('Your phone is verified.');
      focusNext();
    },
    resend: async () =>
      (await stepUp.write<Sent>({ operation: 'POST /users/me/phone/_resend_verification' }))?.verification,
    pendingNow: async () => (await client.call<Sent>('GET /users/me/phone')).verification,
    leave: { label: 'Use another number', act: () => showSetForm(true) },
  });

  onUse(setForm, async () => {
    showError(error, '', input);
    try {
      const answer = await stepUp.write<Sent>({ operation: 'PUT /users/me/phone', body: { phone: input.value } });
      if (!answer) return;
      await reload();
    } catch (refusal) {
      showError(error, textOf(refusal), input);
      input.focus();
    }
  });
  onUse(change, () => showSetForm(true));
  onUse(keepButton, async () => {
    await reload();
    if (!summary.hidden) change.focus();
  });
  onUse(remove, async () => {
    showError(removalError, '');
    try {
      if (!(await stepUp.write({ operation: 'DELETE /users/me/phone' }))) return;
      await reload();
      announce('Your phone is removed.');
    } catch (refusal) {
      showError(removalError, textOf(refusal));
    }
  });

  return {
    /** Shows what can be done with a phone as it is: none, one to verify, or one that is verified. */
    show(phone: string | undefined, isVerified: boolean, verification: Pending | undefined): void {
      showError(removalError, '');
      setForm.hidden = true;
      summary.hidden = !isVerified;
      find('#phone-number', HTMLElement).textContent = phone ?? '';
      if (isVerified) codeForm.hide();
      else if (phone === undefined) showSetForm(false);
      else if (verification) codeForm.show(verification);
      else codeForm.showNone();
    },

    /** Shows that nobody has signed in. */
    hide(): void {
      codeForm.hide();
      setForm.hidden = true;
      summary.hidden = true;
    },
  };
};
