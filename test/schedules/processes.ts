import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Config } from '../../lib/config/config.ts';
import { createOperationHandler, type OperationHandler } from '../../lib/http/operationHandler.ts';
import { EVERY_OPERATION } from '../support/operations.ts';
import type { Name } from './calls.ts';
import type { World } from './world.ts';

/** Milliseconds that the clock of a process is ahead or behind at the most: two are apart by less than a minute. */
export const MAX_SKEW_MS = 20_000;

/** A process of the service, with what it remembers, and a clock that is not quite right. */
export type Process = {
  skewMs: number;
  handlerOf(name: Name): OperationHandler;
};

/** Starts a process, with the composition that functions have, on a client. */
export const createProcess = (world: World, config: Config, client: DynamoDBDocumentClient): Process => {
  const handlers = new Map<Name, OperationHandler>();
  const process: Process = {
    skewMs: 0,
    handlerOf(operation) {
      const handler = handlers.get(operation) ?? createOperationHandler(EVERY_OPERATION[operation], dependencies);
      handlers.set(operation, handler);
      return handler;
    },
  };
  const clock = () => new Date(world.now() + process.skewMs);
  const dependencies = { client, config, clock, warmUps: [] };
  return process;
};
