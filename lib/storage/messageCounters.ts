import type { CodeKind } from '../domain/code.ts';
import type { Sent } from '../domain/sending.ts';
import type { Counter } from './counter.ts';
import type { Budget } from './gcra.ts';
import { limitKey } from './keys.ts';

/** The budgets of a kind of code. Those of a user are none of these: they are counted with the user. */
export type KindBudgets = {
  readonly number: Budget;
  /** Of the nets that hold an address, the narrowest first; none where addresses are not counted. */
  readonly nets: readonly Budget[];
  /** Of windows of different lengths, as those of the service. */
  readonly country: readonly Budget[];
  readonly service: readonly Budget[];
  /** Of each service that asks for messages to users. */
  readonly caller: Budget;
};

/** Verification codes, which strangers may ask for, and login codes have no budget in common. */
export type Budgets = Readonly<Record<CodeKind, KindBudgets>>;

/** A message that asks for leave. */
export type Message = {
  readonly kind: CodeKind;
  /** E.164. */
  readonly phone: string;
  readonly country: string;
  /** The nets that hold the caller's address, the narrowest first. */
  readonly nets: readonly string[];
  /** The service that asks for it, where it is not the user. */
  readonly caller?: string | undefined;
  /** The user's last message of the kind. */
  readonly last?: Sent | undefined;
  /** Whether it goes out though a budget is spent that all users share. */
  readonly evenIfShareIsSpent: boolean;
};

/** What stands for a number or a net in a key. */
export type Pseudonym = (scope: string, subject: string) => Promise<string>;

/** A counter, and what the log and the metrics call its budget. */
export type NamedCounter = Counter & { readonly name: string };

/**
 * The counters of a message: the narrow ones, of a number, of nets and of the service that asks for it, and the wide ones,
 * which all users share.
 */
export const countersOf = async (message: Message, budgets: KindBudgets, pseudonym: Pseudonym) => {
  const { kind, phone, country, nets, caller, last } = message;
  const counter = (scope: string, subject: string, budget: Budget): NamedCounter => ({
    name: kind === 'OTP_SMS' ? `login-${scope}` : scope,
    key: limitKey(kind, scope.toUpperCase(), subject, budget.windowSeconds),
    budget,
  });
  const personal = async (scope: string, subject: string, budget: Budget, knownUseMs: number | undefined) => ({
    ...counter(scope, await pseudonym(scope, subject), budget),
    knownUseMs,
  });
  const netBudgets = budgets.nets.slice(0, nets.length);
  return {
    narrow: await Promise.all([
      personal('number', phone, budgets.number, last?.phone === phone ? last.atMs : undefined),
      ...netBudgets.map((budget, index) => personal('address', nets[index] as string, budget, last?.atMs)),
      ...(caller === undefined ? [] : [counter('caller', caller, budgets.caller)]),
    ]),
    wide: [
      ...budgets.country.map((budget) => counter('country', country, budget)),
      ...budgets.service.map((budget) => counter('service', 'ALL', budget)),
    ],
  };
};
