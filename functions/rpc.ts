import { serveRpc } from '../lib/rpc/serve.ts';

export const handler = serveRpc();
