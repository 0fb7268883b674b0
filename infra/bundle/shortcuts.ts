import { AWS_CORE, CORE, type Substitute, substitute } from './substitute.ts';

/** What the SDK finds out anew for each request, though it comes to the same in a process: done once. */
export const SHORTCUTS: readonly Substitute[] = [
  // The endpoint depends on the client's configuration alone, as no endpoint here is of an account or a resource.
  substitute(
    `${CORE}/endpoints/middleware-endpoint/endpointMiddleware.js`,
    () => `import { bindGetEndpointFromInstructions } from './adaptors/getEndpointFromInstructions';
      const endpoints = new WeakMap();
      export const bindEndpointMiddleware = (getEndpointFromConfig) => {
        const find = bindGetEndpointFromInstructions(getEndpointFromConfig);
        return ({ config, instructions }) => (next, context) => async (args) => {
          if (!endpoints.has(config)) {
            const found = find(args.input, { getEndpointParameterInstructions: () => instructions }, { ...config }, context);
            endpoints.set(config, found);
            found.catch(() => endpoints.delete(config));
          }
          context.endpointV2 = await endpoints.get(config);
          return next(args);
        };
      };`,
  ),
  // Tells client, version, system and runtime; not which features of the SDK a request made use of.
  substitute(
    `${AWS_CORE}/client/middleware-user-agent/user-agent-middleware.js`,
    () => `export const userAgentMiddleware = undefined, getUserAgentMiddlewareOptions = undefined;
      export const getUserAgentPlugin = ({ defaultUserAgentProvider }) => {
        let agent;
        const find = async () => (await defaultUserAgentProvider()).map((section) => section.join('/')).join(' ');
        const middleware = (next) => async (args) => {
          args.request.headers['user-agent'] = await (agent ??= find());
          return next(args);
        };
        return { applyToStack: (stack) => stack.add(middleware, { name: 'userAgent', step: 'build', priority: 'low' }) };
      };`,
  ),
];
