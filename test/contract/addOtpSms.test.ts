import { describe, expect, it } from 'vitest';
import { addOtpSms } from '../../lib/operations.ts';
import { apiOf, bearer, configFor, someone, startIssuer, users } from '../support/api.ts';

const issuer = await startIssuer();
const call = apiOf(addOtpSms, configFor(issuer));
const PHONE = '+41791234567';

const asUser = async (sub: string, resourceOwner?: string) =>
  bearer(await issuer.token({ sub, ...(resourceOwner !== undefined && { resourceOwner }) }));

describe('POST /users/me/auth_factors/otp_sms', () => {
  it('enrols the factor of a user with a verified phone and answers with the details of the event', async () => {
    const sub = someone();
    await users.put(sub, { phone: PHONE, verified: true });

    const { status, headers, body } = await call({ headers: await asUser(sub) });

    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    const last = (await users.events(sub)).at(-1);
    expect(last).toMatchObject({ type: 'user.human.mfa.otp.sms.added', editor: sub });
    expect(body).toEqual({
      details: {
        sequence: String(last?.sequence),
        creationDate: last?.createdAt,
        changeDate: last?.createdAt,
        resourceOwner: '69629023906488334',
      },
    });
  });
});
