import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-dynamodb';
import type { InitializeMiddleware } from '@smithy/types';
import { noteCall } from '../telemetry/requestStats.ts';

type Capacity = { readonly CapacityUnits?: number };
type Told = {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
  readonly $metadata?: { readonly attempts?: number };
};

const READS = new Set(['QueryCommand', 'GetItemCommand', 'BatchGetItemCommand']);

/** Asks for the capacity that each call consumes, and notes it with how long the call took. */
export const measuring: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
  (next, { commandName = '' }) =>
  async (args) => {
    const startedAt = performance.now();
    const note = ({ ConsumedCapacity = [], $metadata }: Told) =>
      noteCall({
        milliseconds: performance.now() - startedAt,
        requests: $metadata?.attempts ?? 1,
        kind: READS.has(commandName) ? 'read' : 'write',
        units: [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }: Capacity) => sum + CapacityUnits, 0),
      });
    try {
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as ServiceInputTypes;
      const result = await next({ ...args, input });
      note(result.output as Told);
      return result;
    } catch (error) {
      note(error as Told);
      throw error;
    }
  };
