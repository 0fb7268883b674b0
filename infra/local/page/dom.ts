import { textOf } from './texts.ts';

type Kind<E extends Element> = abstract new (...args: never[]) => E;

/** The element of an id, or the first that a selector finds below another. Throws when there is none of that kind. */
export const find = <E extends Element>(selector: string, kind: Kind<E>, below: ParentNode = document): E => {
  const element = below.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} at ${selector}`);
};

/** A copy of the one element in a template. */
export const copyOf = (template: string): HTMLElement => {
  const element = find(template, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (element instanceof HTMLElement) return element;
  throw new Error(`The template ${template} is empty`);
};

/** Says something to those who cannot see that it happened. */
export const announce = (text: string): void => {
  const status = find('#status', HTMLElement);
  // The same words again are only heard where they are other characters.
  status.textContent = status.textContent === text ? `${text}\u00a0` : text;
};

/** Shows what is wrong, beside the field that it is about; an empty text takes it away. */
export const showError = (place: HTMLElement, text: string, field?: HTMLInputElement): void => {
  place.textContent = text;
  if (text === '') field?.removeAttribute('aria-invalid');
  else field?.setAttribute('aria-invalid', 'true');
};

/** Has a form or a button do something, once at a time. What it throws is told at the top of the page. */
export const onUse = (element: HTMLFormElement | HTMLButtonElement, act: () => Promise<void> | void): void => {
  let isBusy = false;
  element.addEventListener(element instanceof HTMLFormElement ? 'submit' : 'click', async (event) => {
    event.preventDefault();
    if (isBusy || element.ariaDisabled === 'true') return;
    isBusy = true;
    element.ariaBusy = 'true';
    showError(find('#trouble', HTMLElement), '');
    try {
      await act();
    } catch (error) {
      showError(find('#trouble', HTMLElement), textOf(error));
    } finally {
      isBusy = false;
      element.ariaBusy = null;
    }
  });
};
