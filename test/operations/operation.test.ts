import { describe, expectTypeOf, it } from 'vitest';
import type { CommandHandler } from '../../lib/commands/command.ts';
import { defineOperation } from '../../lib/operations/operation.ts';

const description = {
  service: 'zitadel.auth.v1.AuthService',
  rpc: 'SetMyPhone',
  http: 'PUT /users/me/phone',
  summary: 'Set the phone',
  description: 'Sets a number.',
  allows: { user: true },
  view: () => ({}),
} as const;

const phone = { number: 1, min: 1, max: 50 } as const;

/** A command that uses the field `phone`. */
declare const setsPhone: CommandHandler<{ readonly phone: string }>;

describe('the fields of an operation give its command its type', () => {
  it('takes a command that uses a declared field', () => {
    expectTypeOf(() => defineOperation({ ...description, fields: { phone }, command: () => setsPhone })).toBeFunction();
  });

  it('does not compile with a command that uses a field that is not declared', () => {
    const fields = { fone: phone };
    // @ts-expect-error the field has another name
    expectTypeOf(() => defineOperation({ ...description, fields, command: () => setsPhone })).toBeFunction();
    // @ts-expect-error there are no fields
    expectTypeOf(() => defineOperation({ ...description, command: () => setsPhone })).toBeFunction();
  });
});
