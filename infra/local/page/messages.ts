import { copyOf, find, onUse } from './dom.ts';
import { minuteOf } from './times.ts';

type Message = { readonly to: string; readonly body: string; readonly sentAt: string };

/** Messages that the drawn phone shows. */
const CAPACITY = 30;

/** Milliseconds between two looks of the drawn phone at the time. */
const CLOCK_MS = 1_000;

/** Shows the messages of this machine on the drawn phone as they arrive; `onMessage` hears of each. */
export const watchMessages = (onMessage: () => void): void => {
  const phone = find('.phone', HTMLElement);
  const list = find('#messages', HTMLOListElement);
  const thread = find('.thread', HTMLElement);
  const clock = find('#phone-time', HTMLElement);
  const showTime = () => {
    clock.textContent = minuteOf(new Date());
  };
  showTime();
  setInterval(showTime, CLOCK_MS);
  const stream = new EventSource('/messages/stream');
  let lastTo = '';
  // A stream that was interrupted begins anew.
  stream.addEventListener('open', () => {
    list.replaceChildren();
    lastTo = '';
  });
  stream.addEventListener('message', ({ data }) => {
    const message: Message = JSON.parse(data);
    const item = bubble(message);
    find('.to', HTMLElement, item).classList.toggle('repeated', message.to === lastTo);
    lastTo = message.to;
    list.append(item);
    if (list.children.length > CAPACITY) list.firstElementChild?.remove();
    delete phone.dataset.empty;
    thread.scrollTop = thread.scrollHeight;
    onMessage();
  });
};

const bubble = ({ to, body, sentAt }: Message): HTMLElement => {
  const item = copyOf('#message');
  const [text = '', origin = ''] = body.split('\n\n');
  const [code = ''] = /\d+/.exec(text) ?? [];
  find('.to', HTMLElement, item).textContent = `To ${to} · ${minuteOf(new Date(sentAt))}`;
  find('.bubble p', HTMLElement, item).textContent = text;
  find('.origin', HTMLElement, item).textContent = origin;
  const use = find('button', HTMLButtonElement, item);
  find('span', HTMLElement, use).textContent = code;
  onUse(use, () => {
    const input = find('input.code:not([hidden])', HTMLInputElement);
    input.value = code;
    input.focus();
  });
  return item;
};
