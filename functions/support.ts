import { createSupportFunction } from '../lib/operator/createSupportFunction.ts';

export const handler = createSupportFunction();
