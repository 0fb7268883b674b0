import type { Pending } from './answers.ts';
import { Refusal } from './client.ts';
import type { Countdowns } from './countdown.ts';
import { announce, copyOf, find, onUse, showError } from './dom.ts';
import { textOf } from './texts.ts';
import { minuteOf } from './times.ts';
import { codeIn } from './typedCode.ts';
import { receiveCode } from './webOtp.ts';

/** What a form for a code does; all of these throw refusals. */
type CodeActions = {
  /** Checks what was typed. */
  readonly check: (code: string) => Promise<void>;
  /** Sends another code; undefined where that leads elsewhere. */
  readonly resend: () => Promise<Pending | undefined>;
  /** What is pending after a refusal; undefined when no code is. */
  readonly pendingNow: () => Promise<Pending | undefined>;
  /** Leaves the form, by a button with this label. */
  readonly leave: { readonly label: string; readonly act: () => void };
};

/** A form that a code is typed, pasted or filled into. */
export const createCodeForm = (host: HTMLElement, countdowns: Countdowns, actions: CodeActions) => {
  const form = copyOf('#code-form') as HTMLFormElement;
  const input = find('input', HTMLInputElement, form);
  const label = find('label', HTMLLabelElement, form);
  const error = find('.error', HTMLElement, form);
  const [attempts, expiry] = [find('.attempts', HTMLElement, form), find('.expiry', HTMLElement, form)];
  const [check, resend] = [find('.check', HTMLButtonElement, form), find('.resend', HTMLButtonElement, form)];
  const leave = find('.leave', HTMLButtonElement, form);
  const id = `code-of-${host.id}`;
  [input.id, label.htmlFor, error.id, attempts.id] = [id, id, `${id}-error`, `${id}-attempts`];
  input.setAttribute('aria-describedby', `${error.id} ${attempts.id}`);
  leave.textContent = actions.leave.label;

  let codeLength = 6;
  let waiting = new AbortController();

  /** Moves the focus to a part of the form, and all of the form into sight where it fits. */
  const focusOn = (part: HTMLElement) => {
    part.focus();
    form.scrollIntoView({ block: 'nearest' });
  };

  const allowResend = () => {
    resend.textContent = 'Send another code';
    resend.ariaDisabled = null;
  };
  const waitToResend = (until: string) => {
    const wait = (left: string) => {
      resend.textContent = `Send another in ${left}`;
      resend.ariaDisabled = 'true';
    };
    const atEnd = () => {
      allowResend();
      if (form.isConnected) announce('You can ask for another code now.');
    };
    countdowns.start(`${id}-resend`, until, wait, atEnd);
  };

  /** No code can be entered any more: what is left is another one. */
  const close = () => {
    waiting.abort();
    countdowns.stop(`${id}-expiry`);
    for (const part of [label, input, check]) part.hidden = true;
    resend.classList.add('primary');
    [attempts.textContent, expiry.textContent] = ['', ''];
  };

  const open = (pending: Pending) => {
    for (const part of [label, input, check]) part.hidden = false;
    resend.classList.remove('primary');
    codeLength = pending.codeLength;
    label.textContent = `Enter the ${codeLength}-digit code sent to ${pending.maskedPhone}`;
    const left = pending.attemptsRemaining;
    attempts.textContent = left === 1 ? '1 attempt left' : `${left} attempts left`;
    waitToResend(pending.resendAt);
    const atEnd = () => {
      const isHere = form.contains(document.activeElement);
      close();
      showError(error, 'The code has expired. Ask for another.');
      if (isHere) resend.focus();
    };
    countdowns.start(`${id}-expiry`, pending.expiresAt, (left) => (expiry.textContent = `good for ${left}`), atEnd);
  };

  const showRefusal = (refusal: unknown) => {
    showError(error, textOf(refusal), input);
    if (!(refusal instanceof Refusal)) return;
    const { resendAt, lockedUntil } = refusal.metadata;
    if (resendAt) waitToResend(resendAt);
    if (!lockedUntil) return;
    close();
    expiry.textContent = `Locked until ${minuteOf(new Date(lockedUntil))}`;
    waitToResend(lockedUntil);
  };

  const fillFromMessages = async () => {
    waiting.abort();
    waiting = new AbortController();
    const code = await receiveCode(waiting.signal);
    if (code === undefined) return;
    input.value = code;
    form.requestSubmit();
  };

  /** Shows the form for a code that is pending. */
  const show = (pending: Pending) => {
    host.append(form);
    input.value = '';
    showError(error, '', input);
    open(pending);
    focusOn(input);
    void fillFromMessages();
  };

  const afterRefusal = async (refusal: unknown) => {
    try {
      const pending = await actions.pendingNow();
      if (pending) open(pending);
      else {
        close();
        countdowns.stop(`${id}-resend`);
        allowResend(); // how long to wait is told to who asks
      }
      showRefusal(refusal);
    } catch (later) {
      if (later instanceof Refusal) close();
      showRefusal(later);
    }
    if (input.hidden) return focusOn(resend);
    focusOn(input);
    input.select();
  };

  onUse(form, async () => {
    showError(error, '', input);
    await actions.check(codeIn(input.value, codeLength) ?? input.value.trim()).catch(afterRefusal);
  });
  onUse(resend, async () => {
    try {
      const pending = await actions.resend();
      if (!pending) return;
      show(pending);
      announce(`Another code was sent to ${pending.maskedPhone}. The former one is void.`);
    } catch (refusal) {
      showRefusal(refusal);
    }
  });
  onUse(leave, actions.leave.act);
  input.addEventListener('paste', (event) => {
    const code = codeIn(event.clipboardData?.getData('text') ?? '', codeLength);
    if (code === undefined) return;
    event.preventDefault();
    input.value = code;
  });
  allowResend();

  return {
    show,

    /** Shows that there is no code to enter, but another to be had. */
    showNone(): void {
      host.append(form);
      close();
      showError(error, 'The last code is no longer good.');
    },

    /** Shows why there is no code to enter. */
    refuse(refusal: unknown): void {
      host.append(form);
      close();
      showRefusal(refusal);
      resend.focus();
    },

    hide(): void {
      waiting.abort();
      countdowns.stop(`${id}-expiry`);
      countdowns.stop(`${id}-resend`);
      form.remove();
    },
  };
};
