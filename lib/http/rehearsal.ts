import type { Config } from '../config.ts';
import type { UserStore } from '../storage/userStore.ts';
import type { Verifier } from './accessToken.ts';
import { requestLog } from './requestLog.ts';
import { chain, type Parts } from './serve.ts';

/** Milliseconds that a start may take longer for the rehearsal; Lambda gives ten seconds in all. */
const LIMIT = 2_500;

/** Somebody that no token can speak for: an empty subject. The phone makes it a user of whom something is written. */
const NOBODY = { userId: '', claimedPhone: '+1' };

/** What is rehearsed with. */
type Rehearsed = Parts & { readonly verifier: Verifier };

/**
 * Does beforehand what is slow the first time: fetches the signing keys, opens the connection to the database by reading
 * a user who is not there, and takes a request through the whole chain. Nothing is written, sent or logged.
 *
 * Never fails and never takes long: what does not work now is told by the request that needs it.
 */
export const rehearse = async ({ verifier, execution }: Rehearsed, config: Config): Promise<void> => {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LIMIT);
  const pass = (load: UserStore['load']) =>
    rehearsalOf(execution, load, config)({ ...EVENT } as never, CONTEXT as never);
  // The second pass fills the time in which the first one waits for the network.
  const all = Promise.allSettled([verifier.rehearse(), pass(execution.store.load), pass(async () => ({}))]);
  await Promise.race([all, over]);
  clearTimeout(timer);
};

const EVENT = { headers: {}, requestContext: { http: { sourceIp: '' } } };
const CONTEXT = { getRemainingTimeInMillis: () => LIMIT };

/** The chain without the operation: it reads, adopts the phone of the token, and answers. */
const rehearsalOf = (execution: Parts['execution'], load: UserStore['load'], config: Config) => {
  const store = { load, commit: withoutWriting(execution.store) };
  const plan: Parts['execution']['plan'] = async (user) => ({ outcome: { before: user, events: [], after: user } });
  const parts = {
    verifier: { verify: async () => NOBODY },
    execution: { ...execution, store, plan, answer: () => ({}) },
  };
  return chain(
    { rpc: 'Rehearsal' },
    config,
    parts,
    requestLog('Rehearsal', () => {}),
  );
};

/** A commit that is marshalled and signed, and given up before anything is sent. */
const withoutWriting =
  ({ commit }: UserStore): UserStore['commit'] =>
  async (userId, outcome, alongside) => {
    await commit(userId, outcome, alongside, AbortSignal.abort()).catch(() => {});
    return { committed: true };
  };
