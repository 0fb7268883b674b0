import { randomUUID } from 'node:crypto';
import { BatchWriteCommand, DeleteCommand, type PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDocumentClient } from '../../lib/storage/client.ts';
import { fromSetup } from '../support/environment.ts';
import { ownTable } from '../support/ownTable.ts';
import { answerOf } from './answers.ts';
import { type Command, createTableModel } from './model/table.ts';
import { commandsOn, SORT_KEYS } from './randomCommands.ts';
import { runSchedule } from './schedule.ts';

const table = fromSetup('TABLE_NAME');
const client = createDocumentClient();

const send = (command: Command) => client.send(command as PutCommand);

it('the model of the table answers as DynamoDB does', async () => {
  const seen = new Set<string>();
  const partition = `PARTITION#${randomUUID()}`;
  const clear = SORT_KEYS.map((sk) => ({ DeleteRequest: { Key: { pk: partition, sk } } }));
  await fc.assert(
    fc.asyncProperty(fc.array(commandsOn(table, partition), { minLength: 20, maxLength: 40 }), async (commands) => {
      const model = createTableModel();
      await client.send(new BatchWriteCommand({ RequestItems: { [table]: clear } }));
      for (const command of commands) {
        const wanted = await answerOf(() => send(command));
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

/** The commands that a schedule has carried out, in their order. */
const commandsOf = async (seed: number): Promise<readonly Command[]> => {
  const model = createTableModel();
  const commands: Command[] = [];
  await runSchedule(seed, undefined, {
    ...model,
    run(command) {
      commands.push(command);
      return model.run(command);
    },
    apply(change) {
      commands.push(new DeleteCommand({ TableName: '', Key: change.key }));
      model.apply(change);
    },
  });
  return commands;
};

/** The input of a command with another table. */
const withTable = (input: unknown, TableName: string): unknown => {
  if (Array.isArray(input)) return input.map((each) => withTable(each, TableName));
  if (typeof input !== 'object' || input === null || ArrayBuffer.isView(input)) return input;
  const entries = Object.entries(input).map(([name, value]) => [name, withTable(value, TableName)]);
  return { ...Object.fromEntries(entries), ...('TableName' in input && { TableName }) };
};

it.each([1, 2, 3, 4, 5, 6])('the model answers all commands of schedule %i as DynamoDB does', async (seed) => {
  const [model, own] = [createTableModel(), await ownTable()];
  for (const command of await commandsOf(seed)) {
    const { RequestItems, ...input } = withTable(command.input, own) as { readonly RequestItems?: object };
    Object.assign(command.input, input, RequestItems && { RequestItems: { [own]: Object.values(RequestItems)[0] } });
    const wanted = await answerOf(() => send(command));
    expect(await answerOf(() => model.run(command).output), JSON.stringify(command.input)).toEqual(wanted);
  }
});
