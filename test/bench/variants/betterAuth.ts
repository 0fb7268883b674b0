import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { bearer, phoneNumber, twoFactor } from 'better-auth/plugins';

const PHONE = '+41791234567';
let code = '';

/** Everything that is asked for what is measured, and nothing that is not. */
const auth = betterAuth({
  baseURL: 'http://localhost',
  secret: 'cjwLSzkNZBVRQrKHvXyPdgWTfMbnaUtE',
  database: memoryAdapter({ user: [], session: [], account: [], verification: [], twoFactor: [] }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [
    bearer(),
    phoneNumber({
      sendOTP: (sent) => {
        code = sent.code;
      },
      signUpOnVerification: { getTempEmail: (phone) => `${phone}@example.com` },
    }),
    twoFactor({ allowPasswordless: true, otpOptions: { sendOTP: () => {} } }),
  ],
});

const call = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  auth.handler(
    new Request(`http://localhost/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://localhost', ...headers },
      body: JSON.stringify(body),
    }),
  );

/** What a session is told by; a second factor that is switched on begins a new one. */
const bearerOf = ({ headers }: Response) => ({ authorization: `Bearer ${headers.get('set-auth-token')}` });

const signIn = async () => {
  await call('/phone-number/send-otp', { phoneNumber: PHONE });
  return bearerOf(await call('/phone-number/verify', { phoneNumber: PHONE, code }));
};
let session = signIn();

/** A signed-in user with a verified phone switches one-time codes on as a second factor, over a database in memory. */
export const handler = async () => {
  const response = await call('/two-factor/enable', { method: 'otp' }, await session);
  session = Promise.resolve(bearerOf(response));
  return { statusCode: response.status, body: await response.text() };
};
