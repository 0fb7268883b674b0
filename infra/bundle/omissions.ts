import { absent, absentOnly, idlePlugin, onlyClasses, onlyErrors, replacing } from './stubs.ts';
import { AWS_CORE, CORE, type Substitute, substitute } from './substitute.ts';

/** Host names of the services that functions call. */
const HOSTS: Readonly<Record<string, string>> = {
  dynamodb: 'dynamodb',
  kms: 'kms',
  'pinpoint-sms-voice-v2': 'sms-voice',
};

/**
 * Errors of DynamoDB that the functions tell by their class, and the one that says by a trait that it can be retried.
 * All others keep their name and status, which is what retries and refusals go by.
 */
const DYNAMODB_ERRORS = [
  'ConditionalCheckFailedException',
  'ReplicatedWriteConflictException',
  'TransactionCanceledException',
];

/** What functions on Lambda have no use for, each with the reason why it is safe to leave out. */
export const OMISSIONS: readonly Substitute[] = [
  // Lambda puts the credentials of the function's role into its environment, for as long as the process lives. Profiles,
  // SSO, containers, instances and web identities, which come with clients of their own, are for other machines.
  substitute(
    '@aws-sdk/credential-provider-node/dist-es/index.js',
    () => `import { fromEnv } from '@aws-sdk/credential-provider-env';
      import { memoize } from '@smithy/core/config';
      export const defaultProvider = (init) => memoize(fromEnv(init));`,
  ),
  // A function has no ~/.aws/config: what is not in the environment has its default.
  substitute(
    `${CORE}/config/node-config-provider/fromSharedConfigFiles.js`,
    () => `import { CredentialsProviderError } from '../property-provider/CredentialsProviderError';
      export const fromSharedConfigFiles = () => async () => { throw new CredentialsProviderError('No files are read'); };`,
  ),
  // A defaults mode sets time-outs and the way of retrying: every client here says its own, and "legacy" adds nothing.
  substitute(
    `${CORE}/config/defaults-mode/resolveDefaultsModeConfig.js`,
    () => `export const resolveDefaultsModeConfig = () => async () => 'legacy';`,
  ),
  // A function knows its region by AWS_REGION.
  substitute(`${CORE}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`, absent),
  // No operation in use streams events.
  substitute(`${CORE}/event-streams/index.js`, absentOnly('EventStreamSerde')),
  substitute(
    '@smithy/signature-v4/dist-es/HeaderFormatter.js',
    () => `export class HeaderFormatter {
        format() { throw new Error('HeaderFormatter is left out of this bundle'); }
      }`,
  ),
  // No answer in use holds a point in time; a Retry-After that is a date counts as none.
  substitute(`${CORE}/serde/date-utils.js`, absent),
  // Taken only where Node was built without OpenSSL.
  substitute(`${CORE}/checksum/sha256/Sha256Js.js`, absent),
  // Clients retry in the standard mode; AWS_RETRY_MODE=adaptive fails with the first request.
  substitute(`${CORE}/retry/util-retry/AdaptiveRetryStrategy.js`, absent),
  // DynamoDB's client has no middleware that would discover endpoints, whatever it is configured to.
  substitute(
    '@aws-sdk/middleware-endpoint-discovery/dist-es/resolveEndpointDiscoveryConfig.js',
    () => 'export const resolveEndpointDiscoveryConfig = (config) => config;',
  ),
  // Of a service there is one endpoint in a region, without the engine for rules that others need; what it would take
  // to have FIPS, dual-stack or account endpoints is refused.
  substitute('@aws-sdk/client-([\\w-]+)/dist-es/endpoint/endpointResolver.js', (_, [, client = '']) => {
    if (!HOSTS[client]) throw new Error(`Say what the host of ${client} is`);
    return `import { partition } from '@aws-sdk/core/client';
      export const defaultEndpointResolver = ({ Region, Endpoint, UseFIPS, UseDualStack, AccountIdEndpointMode }) => {
        if (UseFIPS || UseDualStack || AccountIdEndpointMode === 'required') {
          throw new Error('FIPS, dual-stack and account endpoints are left out of this bundle');
        }
        const url = new URL(Endpoint ?? \`https://${HOSTS[client]}.\${Region}.\${partition(Region).dnsSuffix}\`);
        return { url, properties: {}, headers: {} };
      };`;
  }),
  // Extensions rewrite a client's settings; none is given to any.
  substitute(
    '@aws-sdk/client-[\\w-]+/dist-es/runtimeExtensions.js',
    () => `export const resolveRuntimeExtensions = (config, extensions) => {
        if (extensions.length > 0) throw new Error('Extensions are left out of this bundle');
        return config;
      };`,
  ),
  // A region is told by its pattern; the list of regions is for their descriptions.
  substitute(`${AWS_CORE}/client/util-endpoints/lib/aws/partitions.js`, (source) => {
    const { partitions, ...info } = JSON.parse(source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1));
    const slim = partitions.map((partition: object) => ({ ...partition, regions: {} }));
    return `export const partitionsInfo = ${JSON.stringify({ ...info, partitions: slim })};`;
  }),
  // Tells services that invoke functions of the trace, so that they can break a loop; none of ours is one of them.
  substitute(`${AWS_CORE}/client/middleware-recursion-detection/getRecursionDetectionPlugin.js`, idlePlugin),
  // No client is given a logger: what goes wrong is logged once, with the request (lib/http/requestLog.ts).
  substitute(`${AWS_CORE}/client/middleware-logger/loggerMiddleware.js`, idlePlugin),
  // No operation in use is one of S3.
  substitute(`${CORE}/endpoints/middleware-endpoint/service-customizations/s3.js`, absent),
  // The version of Node is the one in serverless.yml.
  substitute(
    `${AWS_CORE}/client/emitWarningIfUnsupportedVersion.js`,
    () => 'export const state = {}; export const emitWarningIfUnsupportedVersion = () => {};',
  ),
  // The clients name their version in the user agent; the rest of a package.json is for package managers.
  substitute(
    '@aws-sdk/[\\w-]+/package.json',
    (source) => `export default { version: '${JSON.parse(source).version}' };`,
  ),
  // Nothing is paged through: a user's state is one page.
  substitute('@aws-sdk/lib-dynamodb/dist-es/pagination/(?:Query|Scan)Paginator.js', absent),
  substitute('@aws-sdk/client-dynamodb/dist-es/models/errors.js', onlyClasses(DYNAMODB_ERRORS)),
  substitute('@aws-sdk/client-dynamodb/dist-es/schemas/schemas_0.js', onlyErrors(DYNAMODB_ERRORS)),
  // Whatever KMS answers but a hash comes to the same.
  substitute('@aws-sdk/client-kms/dist-es/models/errors.js', onlyClasses([])),
  substitute('@aws-sdk/client-kms/dist-es/schemas/schemas_0.js', onlyErrors([])),
  // One request at a time runs in a function, and nothing else of the store is used than whether there is one.
  substitute('@aws/lambda-invoke-store/dist-es/invoke-store.js', absentOnly('InvokeStore')),
  // Looks into the environment with every access, whether requests share the process: here each is told of at one go.
  substitute(
    '@aws-lambda-powertools/commons/lib/esm/InvocationScoped.js',
    replacing('!shouldUseInvokeStore()', 'true'),
  ),
  // Puts the version of Powertools into the user agent of every client.
  substitute('@aws-lambda-powertools/commons/lib/esm/index.js', (source) => source.slice(source.indexOf('export'))),
];
