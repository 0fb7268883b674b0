import { deployRpc } from '../lib/rpc/deploy.ts';

export const { handler, then } = deployRpc();
