import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type Call, currentCall } from './calls.ts';
import { type Change, type Command, cancelled, type TableModel } from './model/table.ts';
import type { Fate, World } from './world.ts';

/** Attempts that the SDK makes, and the milliseconds of the longest pause before one. */
const [ATTEMPTS, PAUSE_MS] = [3, 200];

const READ: readonly Fate[] = ['is lost', 'is throttled', 'is answered late'];
const WRITE: readonly Fate[] = [...READ, 'loses its answer', 'comes late'];
const TRANSACTION: readonly Fate[] = [...WRITE, 'meets a conflict'];

/** Is told what a call has changed in the table. */
export type Changed = (call: Call, changes: readonly Change[]) => void;

type Options = { readonly abortSignal?: AbortSignal };

/**
 * The document client, at the port of its `send`, over a model of the table. Each attempt is a step of the schedule; what
 * befalls one is met as the SDK does: it tries again, a transaction under the same token, and not what is attempted once.
 */
export const createClient = (world: World, table: TableModel, changed: Changed) => {
  const send = (command: Command, { abortSignal }: Options = {}) =>
    new Promise<object>((resolve, reject) => {
      const call = currentCall.getStore() as Call;
      const what = describe(command);
      const isTransaction = command instanceof TransactWriteCommand;
      const abort = () => reject(failure('AbortError'));
      const waiting = abortSignal ? { call, abort } : { call };
      let isApplied = false;

      const carryOut = (): object => {
        if (isApplied) return {};
        const { output, changes } = table.run(command);
        isApplied = isTransaction;
        if (changes.length > 0) changed(call, changes);
        return output;
      };
      const answer = (): (() => void) => {
        try {
          const output = carryOut();
          return () => resolve(output);
        } catch (error) {
          return () => reject(error);
        }
      };
      const isUnderWay = (): void => void answer();

      const attempt = (number: number): void => {
        const fail = (error: Error): void => {
          if (number < (isAttemptedOnce(command) ? 1 : ATTEMPTS)) attempt(number + 1);
          else reject(error);
        };
        const befall = (fate: Fate): void => {
          if (fate === 'goes well') answer()();
          if (fate === 'is answered late') world.add({ ...waiting, what: `the answer to ${what}`, take: answer() });
          if (fate === 'meets a conflict') reject(cancelled([{ Code: 'TransactionConflict' }]));
          if (fate === 'is throttled') fail(isTransaction ? cancelled([{ Code: 'ThrottlingError' }]) : THROTTLED);
          if (fate === 'loses its answer') isUnderWay();
          if (fate === 'comes late') world.arriveLate(what, isUnderWay);
          if (UNANSWERED.has(fate)) fail(failure('TimeoutError'));
        };
        if (abortSignal?.aborted) abort();
        else {
          world.add({
            ...waiting,
            what: number > 1 ? `${what}, attempt ${number},` : what,
            readyAt: number > 1 ? world.now() + world.random.below(PAUSE_MS) : 0,
            fates: isTransaction ? TRANSACTION : 'UpdateExpression' in command.input ? WRITE : READ,
            take: befall,
            ...(isTransaction && { isUnderWay }),
          });
        }
      };
      attempt(1);
    });
  return { send } as unknown as DynamoDBDocumentClient;
};

const UNANSWERED: ReadonlySet<Fate> = new Set(['is lost', 'loses its answer', 'comes late']);

const THROTTLED = new DynamoDBServiceException({
  name: 'ThrottlingException',
  $fault: 'client',
  message: 'Too much at once',
  $metadata: {},
});

const failure = (name: string): Error => Object.assign(new Error('The request was given up'), { name });

const isAttemptedOnce = ({ middlewareStack }: Command): boolean =>
  middlewareStack.identify().some((name) => name.startsWith('attemptedOnce'));

/** A command in a few words: what it does, and to what. */
const describe = (command: Command): string => {
  const { input } = command;
  const kind = command.constructor.name.replace('Command', '');
  if ('TransactItems' in input) {
    const events = (input.TransactItems ?? []).flatMap(({ Put }) => Put?.Item?.type ?? []);
    return `${kind} of ${events.map((type: string) => type.replace('user.human.', '')).join(' and ')}`;
  }
  const { pk, sk } = ('Key' in input && input.Key) || ('Item' in input && input.Item) || { pk: '', sk: '' };
  return `${kind} ${pk} ${sk.slice(0, 20)}`;
};
