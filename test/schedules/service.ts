import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { admit } from '../../lib/auth/callers.ts';
import { ApiError } from '../../lib/errors/errors.ts';
import { EVERY_OPERATION } from '../support/operations.ts';
import { type Answer, type Call, currentCall, type Intent, isByUserId } from './calls.ts';
import type { Change, TableModel } from './model/table.ts';
import { createPhones, type Message } from './phones.ts';
import { createProcess, type Process } from './processes.ts';
import { RULES } from './rules/index.ts';
import { createLog } from './rules/log.ts';
import { type Commit, isAdoption } from './rules/rule.ts';
import type { Settings } from './settings.ts';
import { createClient } from './storage.ts';
import { FATES, type World } from './world.ts';

/** Processes that serve at once. */
const PROCESSES = 2;

/** What may befall most steps of a call. */
const BANES = [...FATES.filter((fate) => fate !== 'goes well'), 'is refused', 'is refused'] as const;

/** Milliseconds that a call has to answer once its time is over. */
const GRACE_MS = 200;

/** Is told how a call ended for whoever made it; without an answer where none came. */
export type Heard = (call: Call, answer: Answer | undefined) => void;

/** What a refusal is to whoever is refused; anything else that is thrown is a mistake of the service. */
const refusalOf = (error: unknown): Answer => {
  const { reason, metadata } = error instanceof ApiError ? error : new ApiError('INTERNAL');
  return { reason, metadata };
};

/** The event of a request, as far as an operation looks at it once its caller is let in. */
const eventOf = ({ headers, session: { address, caller } }: Intent) =>
  caller.kind === 'user'
    ? { headers, requestContext: { http: { sourceIp: address } } }
    : { headers: { ...headers, 'otp-user-address': address }, requestContext: { http: { sourceIp: '' } } };

/** The service of a schedule, as far as the real one goes, in a few processes on a model of the table, watched by the rules. */
export const createService = (world: World, { config, budgets }: Settings, table: TableModel, heard: Heard) => {
  const commits = new Map<Intent, Commit[]>();
  const commitsOf = (intent: Intent): readonly Commit[] => commits.get(intent) ?? [];
  const committed = (commit: Commit): void => {
    const { intent } = commit.call;
    if (!isAdoption(commit)) commits.set(intent, [...commitsOf(intent), commit]);
    for (const rule of rules) rule.committed?.(commit);
  };
  const erasedAt = new Map<string, number>();
  const erased = (userId: string): void => {
    erasedAt.set(userId, world.now());
    for (const intent of commits.keys()) if (intent.session.userId === userId) commits.delete(intent);
    for (const rule of rules) rule.erased?.(userId);
  };
  const { blame } = world;
  const log = createLog(table, { blame, committed, erased });
  const watched = {
    blame,
    commitsOf,
    logOf: log.logOf,
    isErasedSince: ({ intent, startedAt }: Call) => (erasedAt.get(intent.session.userId) ?? -1) >= startedAt,
    policy: config.policy,
    budgets,
  };
  const rules = RULES.map((make) => make(watched));
  const phones = createPhones(world, (message: Message) => {
    for (const rule of rules) rule.sent?.(message);
  });
  const changed = (call: Call, changes: readonly Change[]): void => {
    for (const change of changes) for (const rule of rules) rule.changed?.(call, change);
    log.changed(call, changes);
  };
  const client = createClient(world, table, changed);
  const start = (): Process => createProcess(world, config, client);
  const processes = Array.from({ length: PROCESSES }, start);
  const calls = new Set<Call>();
  let asked = 0;

  const end = (call: Call, answer: Answer): void => {
    if (!calls.delete(call)) return;
    const { reason, message = {}, metadata = {} } = answer;
    const { proof: _, ...told } = message;
    world.note(`${call.name}  answered ${reason} ${JSON.stringify({ ...told, ...metadata })}`);
    for (const rule of rules) rule.answered?.(call, answer);
    heard(call, world.random.chance(0.02) ? undefined : answer);
  };

  return {
    table,
    log,
    phones,
    processes: processes as readonly Process[],
    calls: calls as ReadonlySet<Call>,

    /** Has some process begin a call. */
    begin(intent: Intent): void {
      const { session, operation, body, headers } = intent;
      const process = world.random.pick(processes);
      const call: Call = {
        name: `#${++asked} ${session.name}: ${operation}`,
        intent,
        process,
        startedAt: world.now(),
        abort: new AbortController(),
        pace: world.random.pick([1, 1, 1, 0.05]),
        bane: world.random.chance(0.08) ? world.random.pick(BANES) : undefined,
      };
      calls.add(call);
      world.note(`${call.name}  asks ${JSON.stringify({ ...body, key: headers['idempotency-key'] })}`);
      const event = eventOf(intent) as unknown as APIGatewayProxyEventV2;
      const target = isByUserId(operation) ? { userId: session.userId } : {};
      const handle = async () => {
        const admitted = admit(EVERY_OPERATION[operation].allows, session.caller, target);
        return process.handlerOf(operation)(event, admitted, body, call.abort.signal);
      };
      currentCall.run(call, handle).then(
        (message) => end(call, { reason: 'OK', message: message as Readonly<Record<string, unknown>> }),
        (error: unknown) => end(call, refusalOf(error)),
      );
    },

    /** The time of a call is over: what it still asks for is given up, and it has a moment to say what was late. */
    timeOut(call: Call): void {
      if (call.abort.signal.aborted) return;
      call.abort.abort();
      for (const step of world.drop((each) => each.call === call && each.abort !== undefined)) step.abort?.();
      const take = () => end(call, { reason: 'STORAGE_UNAVAILABLE' });
      world.add({ call, what: 'the end of its time', readyAt: world.now() + GRACE_MS, take });
    },

    /** A process dies: nobody answers its calls. */
    die(process: Process): void {
      world.note('a process dies');
      world.drop(({ call }) => call?.process === process);
      processes[processes.indexOf(process)] = start();
      for (const call of [...calls].filter((each) => each.process === process)) {
        calls.delete(call);
        heard(call, undefined);
      }
    },
  };
};

export type Service = ReturnType<typeof createService>;
