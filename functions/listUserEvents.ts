import { createFunction } from '../lib/http/createFunction.ts';
import { listUserEvents } from '../lib/operations/listUserEvents.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(listUserEvents);
