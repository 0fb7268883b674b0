import { describe, expect, it } from 'vitest';
import { readServiceRules } from '../../lib/config/services.ts';

const NAMED = { SERVICE_SUBJECTS: 'login, desk', SERVICE_SCOPE_CHALLENGE: 'otp:challenge' };

describe('the services of a deployment', () => {
  it('are none where none is named', () => {
    expect(readServiceRules({})).toBeNull();
    expect(readServiceRules({ SERVICE_SUBJECTS: ' ', SERVICE_SCOPE_WRITE: '' })).toBeNull();
  });

  it('are those that are named, each with the permissions that have a name', () => {
    expect(readServiceRules({ ...NAMED, SERVICE_ALL_OWNERS: 'desk' })).toEqual({
      subjects: ['login', 'desk'],
      scopes: { CHALLENGE: 'otp:challenge', READ: null, WRITE: null },
      allOwners: ['desk'],
    });
  });

  it('are all that have a permission, only by that name', () => {
    expect(readServiceRules({ ...NAMED, SERVICE_SUBJECTS: '*' })).toMatchObject({ subjects: '*' });
  });

  it.each([
    [{ SERVICE_SCOPE_READ: 'otp:read' }, /^Set SERVICE_SUBJECTS: the `sub` of each service/],
    [{ SERVICE_ALL_OWNERS: 'desk' }, /^Set SERVICE_SUBJECTS: the `sub` of each service/],
    [{ ...NAMED, SERVICE_SUBJECTS: 'login,*' }, /^Set SERVICE_SUBJECTS to \* alone, or to the `sub` of each service$/],
    [{ ...NAMED, SERVICE_SCOPE_READ: 'otp read' }, /^Set SERVICE_SCOPE_READ to one scope, not "otp read"$/],
    [{ ...NAMED, SERVICE_SCOPE_WRITE: 'otp:challenge' }, /^Set SERVICE_SCOPE_CHALLENGE to a scope of its own/],
    [{ ...NAMED, SERVICE_ALL_OWNERS: 'other' }, /^Set SERVICE_ALL_OWNERS to some of SERVICE_SUBJECTS, not "other"$/],
  ])('end the start where they contradict themselves: %j', (env, line) => {
    expect(() => readServiceRules(env)).toThrow(line);
  });
});
