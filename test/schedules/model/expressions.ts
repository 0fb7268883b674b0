/** An item of the table, as the document client gives it. */
export type Item = Readonly<Record<string, unknown>>;

/** What the names and values of an expression stand for. */
export type Bindings = {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, unknown>> | undefined;
};

/** What a part of an expression comes to for an item. */
type Part<Value> = (item: Item, bindings: Bindings) => Value;

const TOKEN = /\s*(<=|>=|<>|[()<>=,+-]|[#:]?\w+(?:\.#?\w+|\[\d+\])*)/y;

const COMPARATORS: Readonly<Record<string, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '<>': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

/** The words of an expression, which are taken one after the other. Throws where one is none that the storage writes. */
const read = (text: string) => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`The model of the table cannot read "${text}"`);
    tokens.push(token);
  }
  let next = 0;
  return {
    peek: () => tokens[next],
    take: () => tokens[next++] ?? '',
    accept: (token: string) => tokens[next] === token && ++next > 0,
    expect(token: string) {
      if (tokens[next++] !== token) throw new Error(`The model of the table misses "${token}" in "${text}"`);
    },
  };
};

type Tokens = ReturnType<typeof read>;

/** An attribute by its path: names, `#names`, places in lists. */
const attribute = (path: string): Part<unknown> => {
  const steps = path.match(/#?\w+/g) ?? [];
  return (item, { names }) =>
    steps.reduce<unknown>((value, step) => {
      const name = step.startsWith('#') ? (names?.[step] as string) : step;
      return (value as Record<string, unknown> | undefined)?.[name];
    }, item);
};

const operand = (tokens: Tokens): Part<unknown> => {
  const token = tokens.take();
  if (token === 'size' && tokens.accept('(')) {
    const measured = attribute(tokens.take());
    tokens.expect(')');
    return (item, bindings) => sizeOf(measured(item, bindings));
  }
  return token.startsWith(':') ? (_, { values }) => values?.[token] : attribute(token);
};

const sizeOf = (value: unknown): number | undefined => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
};

/** How two values lie to each other; nothing where they are none of one ordered type. */
const difference = (one: unknown, other: unknown): number | undefined => {
  if (typeof one !== typeof other || !['string', 'number', 'boolean'].includes(typeof one)) return undefined;
  return one === other ? 0 : (one as string) < (other as string) ? -1 : 1;
};

const FUNCTIONS: Readonly<Record<string, (value: unknown, other: unknown) => boolean>> = {
  attribute_exists: (value) => value !== undefined,
  attribute_not_exists: (value) => value === undefined,
  begins_with: (value, prefix) => String(value).startsWith(String(prefix)),
};

const term = (tokens: Tokens): Part<boolean> => {
  if (tokens.accept('(')) {
    const inner = either(tokens);
    tokens.expect(')');
    return inner;
  }
  const holds = FUNCTIONS[tokens.peek() ?? ''];
  if (holds) {
    tokens.take();
    tokens.expect('(');
    const one = operand(tokens);
    const other = tokens.accept(',') ? operand(tokens) : () => undefined;
    tokens.expect(')');
    return (item, bindings) => holds(one(item, bindings), other(item, bindings));
  }
  return comparison(tokens);
};

const comparison = (tokens: Tokens): Part<boolean> => {
  const value = operand(tokens);
  const compares = (comparator: string, other: Part<unknown>): Part<boolean> => {
    const holds = COMPARATORS[comparator];
    if (!holds) throw new Error(`The model of the table knows no comparator "${comparator}"`);
    return (item, bindings) => {
      const [one, two] = [value(item, bindings), other(item, bindings)];
      const apart = difference(one, two);
      if (apart === undefined) return comparator === '<>' && one !== undefined;
      return holds(apart);
    };
  };
  if (!tokens.accept('BETWEEN')) return compares(tokens.take(), operand(tokens));
  const from = compares('>=', operand(tokens));
  tokens.expect('AND');
  const to = compares('<=', operand(tokens));
  return (item, bindings) => from(item, bindings) && to(item, bindings);
};

const both = (tokens: Tokens): Part<boolean> => {
  const terms = [term(tokens)];
  while (tokens.accept('AND')) terms.push(term(tokens));
  return (item, bindings) => terms.every((holds) => holds(item, bindings));
};

const either = (tokens: Tokens): Part<boolean> => {
  const terms = [both(tokens)];
  while (tokens.accept('OR')) terms.push(both(tokens));
  return (item, bindings) => terms.some((holds) => holds(item, bindings));
};

/** A change of an item that is in the making. */
type Change = (after: Record<string, unknown>, before: Item, bindings: Bindings) => void;

const nameOf = (token: string, { names }: Bindings): string =>
  token.startsWith('#') ? (names?.[token] as string) : token;

const ACTIONS: Readonly<Record<string, (tokens: Tokens) => Change>> = {
  SET(tokens) {
    const name = tokens.take();
    tokens.expect('=');
    const one = operand(tokens);
    const sign = tokens.accept('+') ? 1 : tokens.accept('-') ? -1 : 0;
    const other = sign === 0 ? undefined : operand(tokens);
    return (after, before, bindings) => {
      const value = one(before, bindings);
      if (value === undefined) throw new MissingAttribute();
      after[nameOf(name, bindings)] = other ? (value as number) + sign * (other(before, bindings) as number) : value;
    };
  },
  ADD(tokens) {
    const [name, value] = [tokens.take(), operand(tokens)];
    return (after, before, bindings) => {
      const key = nameOf(name, bindings);
      after[key] = ((before[key] as number | undefined) ?? 0) + (value(before, bindings) as number);
    };
  },
  REMOVE(tokens) {
    const name = tokens.take();
    return (after, _, bindings) => delete after[nameOf(name, bindings)];
  },
};

/** An update speaks of an attribute that the item has not: the request is not valid. */
export class MissingAttribute extends Error {}

const once = <Value>(parse: (tokens: Tokens) => Value) => {
  const parsed = new Map<string, Value>();
  return (text: string): Value => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const tokens = read(text);
    const value = parse(tokens);
    if (tokens.peek() !== undefined) throw new Error(`The model of the table cannot read the end of "${text}"`);
    parsed.set(text, value);
    return value;
  };
};

/** Whether an item meets a condition; its text is read once. */
export const condition = once(either);

/** What an update makes of an item; its text is read once. Throws MissingAttribute. */
export const update = once((tokens): Part<Item> => {
  const changes: Change[] = [];
  while (tokens.peek() !== undefined) {
    const section = tokens.take();
    const action = ACTIONS[section];
    if (!action) throw new Error(`The model of the table knows no "${section}"`);
    do changes.push(action(tokens));
    while (tokens.accept(','));
  }
  return (before, bindings) => {
    const after = { ...before };
    for (const change of changes) change(after, before, bindings);
    return after;
  };
});
