/** How to come by a token. */
export const TOKEN = `An access token of the identity provider. Locally the development side gives one for any user:

\`\`\`sh
curl http://127.0.0.1:3001/token -d '{"sub":"alice"}'
\`\`\`

Give what it answers as \`access_token\` here.`;

/** What whoever opens the description should know first. */
export const INTRODUCTION = `SMS one-time passwords as a second factor. The user is always the subject of the access token.

**The walk of a new user**

1. \`PUT /users/me/phone\` sets a number, and sends a code to it.
2. \`POST /users/me/phone/_verify\` verifies the number with the code.
3. \`POST /users/me/auth_factors/otp_sms\` enrols the factor.
4. \`POST /users/me/auth_factors/otp_sms/_challenge\` sends a code at each login, and answers a \`challengeId\`.
5. \`POST /users/me/auth_factors/otp_sms/_check\` takes the code with the \`challengeId\`, and answers a signed proof.

**Token.** ${TOKEN} Locally, messages are not sent: read them at \`GET http://127.0.0.1:3001/messages?to=%2B41791234567\`.

**Headers.** Every write takes an \`Idempotency-Key\`. Whatever would weaken an enrolled factor (removing the factor or the
phone, changing the number) wants a \`Step-Up-Proof\`: the proof of a check whose challenge had \`PURPOSE_STEP_UP\`. Messages
are written in a language of \`Accept-Language\`. A 401 says in \`WWW-Authenticate\` what is missing; 429 and 503 say in
\`Retry-After\` how many seconds to wait.

**Refusals** are \`google.rpc.Status\`. Programs decide by the \`reason\`.

Input takes lowerCamelCase and snake_case; unknown fields are ignored; zero values are left out of answers.`;

/** The groups of operations, in the order of the walk. */
export const TAGS = [
  { name: 'Phone', description: 'Set a number and verify it: the factor needs one.' },
  { name: 'Factor', description: 'Enrol the factor, list it, remove it.' },
  { name: 'Challenge', description: 'At each login: send a code, and check it.' },
];
