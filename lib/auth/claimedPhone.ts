import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { PhoneNumber } from '../domain/phoneNumber.ts';
import { readPhoneNumber } from '../domain/readPhoneNumber.ts';

/**
 * The phone that the identity provider has verified (OpenID Connect Core, section 5.1); read like a number that is typed,
 * and `undefined` where it is none. It brings the numbering plans of all countries: bundles of deployments that trust no
 * claims are made without this file.
 */
export const readClaimedPhone = ({
  phone_number: phone,
  phone_number_verified: verified,
}: JwtPayload): PhoneNumber | undefined =>
  verified === true && typeof phone === 'string' ? readPhoneNumber(phone) : undefined;
