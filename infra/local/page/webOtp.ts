/** What browsers with WebOTP take and give (https://wicg.github.io/web-otp/); TypeScript does not know it yet. */
type OtpRequest = CredentialRequestOptions & { readonly otp: { readonly transport: readonly ['sms'] } };

/**
 * The code of a message that arrives while a form waits for it, where the browser has WebOTP and the user lets it; the
 * message must end with `@host #code`, with the host of this page.
 */
export const receiveCode = async (signal: AbortSignal): Promise<string | undefined> => {
  if (!('OTPCredential' in window)) return undefined;
  const request: OtpRequest = { otp: { transport: ['sms'] }, signal };
  const credential = await navigator.credentials.get(request).catch(() => null); // declined, or no longer waited for
  return credential && 'code' in credential && typeof credential.code === 'string' ? credential.code : undefined;
};
