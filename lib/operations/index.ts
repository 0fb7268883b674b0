import * as operations from './operations.ts';

/** All operations there are: one table for every protocol. */
export const OPERATIONS: readonly operations.Operation[] = Object.values(operations);
