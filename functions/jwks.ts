import { serveKeySet } from '../lib/http/serveKeySet.ts';

export const handler = serveKeySet();
