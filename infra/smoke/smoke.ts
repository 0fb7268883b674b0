import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type Answer, createCaller, describe } from './api.ts';
import { type Ask, walk } from './walk.ts';

const USAGE =
  'npm run smoke -- <BaseUrl> [--walk]   with an access token in SMOKE_TOKEN, of a user without a phone; --walk asks for it, and for codes';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Looks at a deployed API from outside and says what it saw; returns how many things were not as they should be. */
export const smoke = async (args: readonly string[]): Promise<number> => {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { walk: { type: 'boolean' } },
  });
  const [baseUrl = ''] = positionals;
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? '') || positionals.length !== 1) throw new Error(USAGE);

  let wrong = 0;
  const saw = (right: boolean, what: string, answer: Answer) => {
    if (!right) wrong += 1;
    say(`${right ? 'ok  ' : 'FAIL'} ${what}: ${describe(answer)}`);
  };
  const { ask, close } = asking();
  try {
    const token = process.env.SMOKE_TOKEN ?? (values.walk ? await ask('An access token: ') : undefined);
    await lookFromOutside(baseUrl, saw);
    if (token === undefined) say('     With an access token in SMOKE_TOKEN it sees more.');
    else await lookAsUser(baseUrl, token, saw, values.walk ? ask : undefined);
  } finally {
    close();
  }
  say(wrong === 0 ? 'Everything was as it should be.' : `${wrong} of these were not as they should be.`);
  return wrong;
};

type Saw = (right: boolean, what: string, answer: Answer) => void;

const lookFromOutside = async (baseUrl: string, saw: Saw): Promise<void> => {
  const anonymous = createCaller(baseUrl, undefined, say);
  const list = await anonymous('POST /users/me/auth_factors/_search');
  saw(list.status === 401 && list.body.code === 16, 'a list without a token is refused', list);
  if (!list.headers.has('www-authenticate')) say('     (without WWW-Authenticate: the way renames or drops it)');
  const keys = await createCaller(new URL(baseUrl).origin, undefined, say)('GET /.well-known/jwks.json');
  saw(keys.status === 200 && keys.body.keys?.length !== 0, 'the key set of proofs has a key', keys);
};

const lookAsUser = async (baseUrl: string, token: string, saw: Saw, ask: Ask | undefined): Promise<void> => {
  const call = createCaller(baseUrl, token, say);
  const list = await call('POST /users/me/auth_factors/_search');
  saw(list.status === 200, 'the factors of the user are listed', list);
  if (list.status !== 200) return;
  const phone = await call('GET /users/me/phone');
  if (phone.status === 200 && phone.body.phone) {
    say('     The user has a phone, which stays as it is: use a token of a user without one to see more.');
    return;
  }
  const add = await call('POST /users/me/auth_factors/otp_sms');
  saw(add.status === 400 && add.body.code === 9, 'enrolling without a phone is refused', add);
  if (ask) await walk(call, ask, (step, answer) => saw(true, step, answer));
};

/** Questions are answered on stdin, by a person or line by line. */
const asking = (): { readonly ask: Ask; close(): void } => {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answers = lines[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      process.stderr.write(question);
      const { value, done } = await answers.next();
      if (done) throw new Error(`\nNobody answers "${question.trim()}"`);
      return String(value).trim();
    },
    close: () => lines.close(),
  };
};
