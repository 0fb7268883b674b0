import { type Account, NOBODY, readAccount, showProgress } from './account.ts';
import { watchCalls } from './calls.ts';
import { createClient } from './client.ts';
import { createCountdowns } from './countdown.ts';
import { announce, find, onUse, showError } from './dom.ts';
import { createChallengeStep, createFactorSteps } from './factorSteps.ts';
import { createLog } from './log.ts';
import { watchMessages } from './messages.ts';
import { createPhoneStep } from './phoneStep.ts';
import { createProofPanel } from './proof.ts';
import { keep, readSession } from './session.ts';
import { createStepUp } from './stepUp.ts';
import { textOf } from './texts.ts';

const apiUrl = find('meta[name="api"]', HTMLMetaElement).content;

let account: Account = NOBODY;
let token = '';

const log = createLog(() => account.user);
const watched = watchCalls(() => void log.refresh());
const client = createClient(`${apiUrl}/auth/v1`, () => token, watched);
const countdowns = createCountdowns(client.now);
const proof = createProofPanel(apiUrl, countdowns);

const signInForm = find('#sign-in', HTMLFormElement);
const userInput = find('#user', HTMLInputElement);
const userError = find('#user-error', HTMLElement);
const signedIn = find('#signed-in', HTMLElement);

const change = (part: Partial<Account>) => {
  account = { ...account, ...part };
  const { user, isPhoneVerified, isEnrolled } = account;
  signInForm.hidden = user !== undefined;
  signedIn.hidden = user === undefined;
  find('#user-name', HTMLElement).textContent = user ?? '';
  factorSteps.show(isPhoneVerified, isEnrolled);
  showProgress(account);
};

const reload = async () => {
  const { verification, ...read } = await readAccount(client);
  change({ ...read, isProven: account.isProven && read.isEnrolled });
  challengeStep.show(read.isEnrolled);
  phoneStep.show(read.phone, read.isPhoneVerified, verification);
};

/** Moves the focus to the first thing to do in the current step. */
const focusNext = () => {
  const step = document.querySelector('.step[data-state="current"]') ?? document;
  [...step.querySelectorAll<HTMLElement>('input, button')].find((element) => element.checkVisibility())?.focus();
};

const challengeStep = createChallengeStep(client, countdowns, (signed) => {
  change({ isProven: true });
  announce('The code was right.');
  void proof.show(signed);
});
const stepUp = createStepUp(client, countdowns, {
  onAsked: () => challengeStep.show(account.isEnrolled),
  onProof: (signed) => void proof.show(signed),
});
const phoneStep = createPhoneStep(client, countdowns, stepUp, { reload, focusNext });
const factorSteps = createFactorSteps(client, stepUp, { reload, focusNext });

const signIn = async (user: string) => {
  const response = await watched(`${location.origin}/token`, { method: 'POST', body: JSON.stringify({ sub: user }) });
  const { access_token: granted, error } = await response.json();
  if (!response.ok) throw new Error(error);
  token = granted;
  keep({ user });
  change({ ...NOBODY, user });
  await reload();
  await log.refresh();
};

onUse(signInForm, async () => {
  const user = userInput.value.trim();
  if (user === '') {
    showError(userError, 'Enter a name.', userInput);
    return userInput.focus();
  }
  showError(userError, '', userInput);
  await signIn(user);
  announce(`Signed in as ${user}.`);
  focusNext();
});

onUse(find('#sign-out', HTMLButtonElement), async () => {
  stepUp.cancel();
  keep({ user: undefined, challengeId: undefined, write: undefined });
  change(NOBODY);
  challengeStep.show(false);
  phoneStep.hide();
  proof.hide();
  await log.refresh();
  userInput.focus();
});

/** Goes on where the page was reloaded. */
const resume = async (user: string) => {
  await signIn(user);
  await challengeStep.resume();
  if (!readSession().write) return;
  await stepUp.resume();
  await reload();
};

watchMessages(() => void log.refresh());
const { user } = readSession();
if (user === undefined) change(NOBODY);
else {
  userInput.value = user;
  await resume(user).catch((error: unknown) => {
    change(NOBODY);
    showError(userError, textOf(error));
  });
}
