import type { Template } from './package.ts';

type Grant = { readonly Effect?: unknown; readonly Action?: unknown; readonly Resource?: unknown };

/** Every grant of a template to a group of actions or resources: the resource, then what it grants; where it is everything, by which actions. */
export const wildcards = ({ Resources }: Template): string[] =>
  Object.entries(Resources).flatMap(([id, { Properties }]) =>
    [...new Set(inValue(Properties))].map((it) => `${id}: ${it}`),
  );

const inValue = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { Effect, Action, Resource } = value as Grant;
  const actions = texts(Action);
  const places = texts(Resource).map((place) => (place === '*' ? `${actions.join(', ')} on *` : place));
  const granted = Effect === 'Allow' ? [...actions, ...places].filter((text) => text.includes('*')) : [];
  return [...granted, ...Object.values(value).flatMap(inValue)];
};

/** The texts in a value, however it is put together. */
const texts = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
};
