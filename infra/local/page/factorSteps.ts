import { createChallenges } from './challenge.ts';
import { type Client, Refusal } from './client.ts';
import { createCodeForm } from './codeForm.ts';
import type { Countdowns } from './countdown.ts';
import { announce, find, onUse, showError } from './dom.ts';
import { keep, readSession } from './session.ts';
import type { StepUp } from './stepUp.ts';
import { textOf } from './texts.ts';

const FACTOR = '/users/me/auth_factors/otp_sms';

/** The steps in which the factor is turned on and off. */
export const createFactorSteps = (
  client: Client,
  stepUp: StepUp,
  { reload, focusNext }: { readonly reload: () => Promise<void>; readonly focusNext: () => void },
) => {
  const [enrol, remove] = [find('#enrol', HTMLButtonElement), find('#remove-factor', HTMLButtonElement)];
  const [enrolError, removalError] = [find('#enrol-error', HTMLElement), find('#removal-error', HTMLElement)];

  onUse(enrol, async () => {
    showError(enrolError, '');
    try {
      await client.call(`POST ${FACTOR}`);
    } catch (refusal) {
      return showError(enrolError, textOf(refusal));
    }
    await reload();
    announce('SMS codes are on.');
    focusNext();
  });
  onUse(remove, async () => {
    showError(removalError, '');
    try {
      if (!(await stepUp.write({ operation: `DELETE ${FACTOR}` }))) return;
    } catch (refusal) {
      return showError(removalError, textOf(refusal));
    }
    await reload();
    announce('SMS codes are off.');
    focusNext();
  });

  return {
    show(isPhoneVerified: boolean, isEnrolled: boolean): void {
      find('#enrol-card', HTMLElement).hidden = !isPhoneVerified || isEnrolled;
      find('#enrolled', HTMLElement).hidden = !isEnrolled;
      find('#removal-card', HTMLElement).hidden = !isEnrolled;
      for (const place of [enrolError, removalError]) showError(place, '');
    },
  };
};

/** The step in which a login code is sent and checked. */
export const createChallengeStep = (client: Client, countdowns: Countdowns, onProof: (proof: string) => void) => {
  const challenges = createChallenges(client, 'PURPOSE_LOGIN');
  const card = find('#challenge-card', HTMLElement);
  const success = find('#signed-proof', HTMLElement);
  const error = find('#challenge-error', HTMLElement);
  const send = find('#challenge', HTMLButtonElement);

  const showCard = () => {
    codeForm.hide();
    card.hidden = false;
  };
  const codeForm = createCodeForm(find('#check-code', HTMLElement), countdowns, {
    check: async (code) => {
      const proof = await challenges.check(code);
      success.hidden = false;
      showCard();
      onProof(proof);
      find('a', HTMLElement, success).focus();
    },
    resend: challenges.ask,
    pendingNow: challenges.again,
    leave: {
      label: 'Cancel',
      act: () => {
        keep({ challengeId: undefined });
        showCard();
        send.focus();
      },
    },
  });

  onUse(send, async () => {
    showError(error, '');
    success.hidden = true;
    try {
      const challenge = await challenges.ask();
      card.hidden = true;
      codeForm.show(challenge);
      announce(`A code was sent to ${challenge.maskedPhone}.`);
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || refusal.reason === 'OTP_SMS_NOT_CHALLENGEABLE')
        return showError(error, textOf(refusal));
      card.hidden = true;
      codeForm.refuse(refusal);
    }
  });

  return {
    show(isEnrolled: boolean): void {
      showCard();
      card.hidden = !isEnrolled;
      if (!isEnrolled) success.hidden = true;
    },

    /** Goes on with the challenge that was pending when the page was reloaded. */
    async resume(): Promise<void> {
      const { challengeId, write } = readSession();
      if (challengeId === undefined || write) return;
      try {
        const challenge = await challenges.again();
        keep({ challengeId: challenge?.challengeId });
        if (!challenge) return;
        card.hidden = true;
        codeForm.show(challenge);
      } catch (refusal) {
        card.hidden = true;
        codeForm.refuse(refusal);
      }
    },
  };
};
