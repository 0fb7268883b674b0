import { copyOf, find } from './dom.ts';
import { timeOf } from './times.ts';

type LoggedEvent = { readonly sequence: number; readonly type: string; readonly createdAt: string };

/** Facts that every event has, or that are shown elsewhere in the row. */
const USUAL = new Set(['sequence', 'type', 'createdAt', 'editor', 'resourceOwner', 'ownerIsDefault', 'country']);

/** Shows the log of a user, the last event first. */
export const createLog = (userNow: () => string | undefined) => {
  const list = find('#log', HTMLOListElement);
  return {
    async refresh(): Promise<void> {
      const user = userNow();
      if (user === undefined) return list.replaceChildren();
      const response = await fetch(`/users/${encodeURIComponent(user)}/events`);
      if (!response.ok) return;
      const events: readonly LoggedEvent[] = await response.json();
      if (user === userNow()) list.replaceChildren(...events.map(row).reverse());
    },
  };
};

const row = (event: LoggedEvent): HTMLElement => {
  const item = copyOf('#event');
  const facts = Object.entries(event)
    .filter(([name]) => !USUAL.has(name))
    .toSorted(([one], [other]) => one.localeCompare(other));
  const fill = (selector: string, text: string) => {
    find(selector, HTMLElement, item).textContent = text;
  };
  fill('.sequence', String(event.sequence));
  // It may break after a dot.
  const words = event.type.replace(/^user\.human\./, '').split(/(?<=\.)/);
  find('.type', HTMLElement, item).append(...words.flatMap((word) => [document.createElement('wbr'), word]));
  fill('.facts', facts.map(([name, value]) => `${name} ${inShort(value)}`).join(' · '));
  const time = find('time', HTMLTimeElement, item);
  time.dateTime = event.createdAt;
  time.textContent = timeOf(new Date(event.createdAt));
  return item;
};

const inShort = (value: unknown): string => {
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? timeOf(new Date(text)) : text;
};
