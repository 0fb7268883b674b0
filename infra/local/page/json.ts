const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON as people read it: indented, its names, strings and numbers told apart by their colours. */
export const coloured = (value: unknown): DocumentFragment => {
  const text = JSON.stringify(value, null, 2);
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, colon] = match;
    const part = document.createElement('span');
    part.className = colon ? 'name' : string ? 'string' : 'literal';
    part.textContent = string ?? token;
    fragment.append(text.slice(end, match.index), part, colon ?? '');
    end = match.index + token.length;
  }
  fragment.append(text.slice(end));
  return fragment;
};
