type Keyed = { readonly pk: string; readonly sk: string };
type Output = {
  readonly Items?: readonly object[];
  readonly LastEvaluatedKey?: object;
  readonly Item?: object;
  readonly Responses?: Readonly<Record<string, readonly Keyed[]>>;
};
type Failure = { readonly name: string; readonly CancellationReasons?: readonly object[]; readonly Item?: object };

/** What a command was answered, as far as the storage looks at it: so that two answers can be compared. */
export const answerOf = async (ask: () => object | Promise<object>) => {
  try {
    const { Items, LastEvaluatedKey, Item, Responses = {} } = (await ask()) as Output;
    const found = Object.values(Responses).flat();
    return {
      name: 'accepted',
      Items,
      LastEvaluatedKey,
      Item,
      found: found.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)),
    };
  } catch (error) {
    const { name, CancellationReasons, Item } = error as Failure;
    return { name, CancellationReasons: CancellationReasons?.map((reason) => ({ ...reason, Message: '' })), Item };
  }
};

const nameOf = ({ pk, sk }: Keyed): string => `${pk} ${sk}`;
