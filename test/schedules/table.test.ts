import { randomUUID } from 'node:crypto';
import { BatchWriteCommand, type PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { fromSetup } from '../support/environment.ts';
import { createTableModel } from './model/table.ts';
import { commandsOn, SORT_KEYS } from './randomCommands.ts';

const table = fromSetup('TABLE_NAME');
const client = createDocumentClient();

type Keyed = { readonly pk: string; readonly sk: string };
type Output = {
  readonly Items?: readonly object[];
  readonly Item?: object;
  readonly Responses?: Readonly<Record<string, readonly Keyed[]>>;
};
type Failure = { readonly name: string; readonly CancellationReasons?: readonly object[]; readonly Item?: object };

/** What a command was answered, as far as the storage looks at it. */
const answerOf = async (ask: () => object | Promise<object>) => {
  try {
    const { Items, Item, Responses = {} } = (await ask()) as Output;
    const found = Object.values(Responses).flat();
    return {
      name: 'accepted',
      Items,
      Item,
      found: found.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)),
    };
  } catch (error) {
    const { name, CancellationReasons, Item } = error as Failure;
    return { name, CancellationReasons: CancellationReasons?.map((reason) => ({ ...reason, Message: '' })), Item };
  }
};

const nameOf = ({ pk, sk }: Keyed): string => `${pk} ${sk}`;

it('the model of the table answers as DynamoDB does', async () => {
  const seen = new Set<string>();
  const partition = `PARTITION#${randomUUID()}`;
  const clear = SORT_KEYS.map((sk) => ({ DeleteRequest: { Key: { pk: partition, sk } } }));
  await fc.assert(
    fc.asyncProperty(fc.array(commandsOn(table, partition), { minLength: 20, maxLength: 40 }), async (commands) => {
      const model = createTableModel();
      await client.send(new BatchWriteCommand({ RequestItems: { [table]: clear } }));
      for (const command of commands) {
        const wanted = await answerOf(() => client.send(command as PutCommand));
        expect(await answerOf(() => model.run(command).output), JSON.stringify(command.input)).toEqual(wanted);
        seen.add(wanted.name);
      }
    }),
    { numRuns: 40 },
  );
  expect([...seen].sort()).toEqual([
    'ConditionalCheckFailedException',
    'TransactionCanceledException',
    'ValidationException',
    'accepted',
  ]);
});
