import { createChallenges } from './challenge.ts';
import { type Client, Refusal } from './client.ts';
import { createCodeForm } from './codeForm.ts';
import type { Countdowns } from './countdown.ts';
import { copyOf, find } from './dom.ts';
import { keep, readSession, type Write } from './session.ts';

/** What a write is called where it is to be confirmed, and the step that it belongs to. */
const WRITES: Readonly<Record<string, { readonly title: string; readonly step: string }>> = {
  'DELETE /users/me/auth_factors/otp_sms': { title: 'Turn off SMS codes?', step: 'removal' },
  'DELETE /users/me/phone': { title: 'Remove the phone, and SMS codes with it?', step: 'phone' },
  'PUT /users/me/phone': { title: 'Move SMS codes to another number?', step: 'phone' },
};
const ANY_OTHER = { title: 'Confirm the change of your number', step: 'phone' };

/** Makes writes that may want a fresh proof of the factor (RFC 9470), and asks the user for it where they do. */
export const createStepUp = (
  client: Client,
  countdowns: Countdowns,
  { onAsked, onProof }: { readonly onAsked: () => void; readonly onProof: (proof: string) => void },
) => {
  const challenges = createChallenges(client, 'PURPOSE_STEP_UP');
  let cancel = () => {};

  /** Asks for a code; returns the proof, or undefined when the user does not want to. */
  const confirm = (write: Write, isResumed: boolean): Promise<string | undefined> =>
    new Promise((resolve) => {
      cancel();
      onAsked();
      const opener = document.activeElement;
      const { title, step } = WRITES[write.operation] ?? ANY_OTHER;
      const section = copyOf('#step-up');
      find('h3', HTMLElement, section).textContent = title;
      find(`[data-step="${step}"]`, HTMLElement).append(section);

      const end = (proof: string | undefined) => {
        form.hide();
        section.remove();
        cancel = () => {};
        keep({ challengeId: undefined, write: undefined });
        if (proof === undefined && opener instanceof HTMLElement) opener.focus();
        resolve(proof);
      };
      cancel = () => end(undefined);

      const form = createCodeForm(section, countdowns, {
        check: async (code) => {
          const proof = await challenges.check(code);
          onProof(proof);
          end(proof);
        },
        resend: challenges.ask,
        pendingNow: challenges.again,
        leave: { label: 'Cancel', act: cancel },
      });
      keep({ write });
      const pending = isResumed ? challenges.again() : challenges.ask();
      pending.then((challenge) => (challenge ? form.show(challenge) : end(undefined)), form.refuse);
    });

  const withProof = async <Answer>(write: Write, isResumed = false): Promise<Answer | undefined> => {
    const proof = await confirm(write, isResumed);
    return proof === undefined ? undefined : client.call<Answer>(write.operation, write.body, proof);
  };

  return {
    /** The answer to a write; undefined when the user does not want to confirm it. Throws its refusal. */
    async write<Answer>(write: Write): Promise<Answer | undefined> {
      try {
        return await client.call<Answer>(write.operation, write.body);
      } catch (error) {
        if (error instanceof Refusal && error.reason === 'STEP_UP_REQUIRED') return withProof<Answer>(write);
        throw error;
      }
    },

    /** Goes on with the write that was to be confirmed when the page was reloaded, if there was one. */
    async resume(): Promise<void> {
      const { write } = readSession();
      if (write) await withProof(write, true);
    },

    cancel: () => cancel(),
  };
};

export type StepUp = ReturnType<typeof createStepUp>;
