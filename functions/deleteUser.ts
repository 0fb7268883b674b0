import { createFunction } from '../lib/http/createFunction.ts';
import { deleteUser } from '../lib/operations/deleteUser.ts';

// Lambda waits for exports with a `then`: here, until the function is warm.
export const { handler, then } = createFunction(deleteUser);
