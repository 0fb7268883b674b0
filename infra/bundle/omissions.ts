import { absent, absentOnly, replacing } from './stubs.ts';
import { CORE, type Substitute, substitute } from './substitute.ts';

/** What functions on Lambda have no use for, or a faster way to, each with the reason why that is safe. */
export const OMISSIONS: readonly Substitute[] = [
  // No request in use is streamed; asking would load Node.js's web streams.
  substitute(
    `${CORE}/retry/middleware-retry/isStreamingPayload/isStreamingPayload.js`,
    () => 'export const isStreamingPayload = () => false;',
  ),
  // No operation in use streams events; imported when it is needed, it has all that it imports bundled in wrappers.
  substitute(`${CORE}/event-streams/index.js`, absentOnly('EventStreamSerde')),
  // Looks for Web Crypto first, and so loads it.
  substitute(
    `${CORE}/serde/uuid/v4.js`,
    () => `import { randomUUID } from 'node:crypto'; export const bindV4 = () => randomUUID;`,
  ),
  // No answer in use holds a point in time.
  substitute(`${CORE}/serde/date-utils.js`, absent),
  // Nothing is paged through: a user's state is one page.
  substitute('@aws-sdk/lib-dynamodb/dist-es/pagination/(?:Query|Scan)Paginator.js', absent),
  // One request at a time runs in a function, and nothing else of the store is used than whether there is one.
  substitute('@aws/lambda-invoke-store/dist-es/invoke-store.js', absentOnly('InvokeStore')),
  // Looks into the environment with every access, whether requests share the process: here each is told of at one go.
  substitute(
    '@aws-lambda-powertools/commons/lib/esm/InvocationScoped.js',
    replacing('!shouldUseInvokeStore()', () => 'true'),
  ),
  // Keys are fetched by lib/auth/keySets.ts.
  substitute('aws-jwt-verify/dist/esm/https-node.js', absentOnly('fetch')),
  // Node.js takes a key object that is wrapped in options for one by an exception, twice: half of what RSA itself takes.
  substitute(
    'aws-jwt-verify/dist/esm/node-web-compat-node.js',
    replacing(/\.verify\(\{\s+key: keyObject,.*?\}, signature/s, (wrapped) =>
      wrapped.replace('(', "(alg.startsWith('RS') ? keyObject : "),
    ),
  ),
  // Puts the version of Powertools into the user agent of every client.
  substitute('@aws-lambda-powertools/commons/lib/esm/index.js', (source) => source.slice(source.indexOf('export'))),
];
