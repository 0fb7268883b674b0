import { marshall } from '@aws-sdk/util-dynamodb';

/** A record of a DynamoDB stream, as far as a pipe looks into it. */
export type StreamRecord = {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: { readonly Keys: object; readonly NewImage?: object };
};

/** The record of an item that was put, with the view that the table's stream has. */
export const recordOf = (
  item: Record<string, unknown>,
  eventName: StreamRecord['eventName'] = 'INSERT',
): StreamRecord => {
  const { pk, sk, ...image } = marshall(item, { removeUndefinedValues: true });
  const Keys = { pk, sk };
  return { eventName, dynamodb: { Keys, ...(eventName !== 'REMOVE' && { NewImage: { ...Keys, ...image } }) } };
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Whether EventBridge lets a value pass: of its patterns as much as the service uses. Throws on any other. */
export const matches = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.some((alternative) => isLike(alternative, value));
  if (!isObject(pattern)) throw new Error('A pattern is an object of lists');
  return isObject(value) && Object.entries(pattern).every(([name, inner]) => matches(inner, value[name]));
};

const isLike = (alternative: unknown, value: unknown): boolean => {
  if (!isObject(alternative)) return alternative === value;
  const { prefix, ...others } = alternative;
  if (typeof prefix !== 'string' || Object.keys(others).length > 0) throw new Error('Only prefixes are known here');
  return typeof value === 'string' && value.startsWith(prefix);
};

/** What a path leads to. Throws where it leads nowhere. */
export const at = (path: string, value: unknown): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce((inner, name) => {
      if (!isObject(inner) || inner[name] === undefined) throw new Error(`${path} leads nowhere`);
      return inner[name];
    }, value);

/** A template with every `<$.path>` in it replaced; as JSON. */
export const fill = (template: string, value: unknown): unknown =>
  JSON.parse(template.replace(/<(\$[\w.]+)>/g, (_, path) => JSON.stringify(at(path, value))));
