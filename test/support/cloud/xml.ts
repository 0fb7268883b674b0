/** A value that an answer in XML is made of; a list repeats `member`, as the query protocol has it. */
export type Xml = string | number | boolean | readonly Xml[] | { readonly [name: string]: Xml | undefined };

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML without a declaration. */
export const toXml = (value: Xml): string => {
  if (Array.isArray(value)) return value.map((each) => `<member>${toXml(each)}</member>`).join('');
  if (typeof value !== 'object') return String(value).replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
  return Object.entries(value)
    .flatMap(([name, each]) => (each === undefined ? [] : `<${name}>${toXml(each)}</${name}>`))
    .join('');
};
