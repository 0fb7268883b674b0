import type { Config } from '../config/config.ts';
import { RequestLogger } from './log.ts';
import { serviceName, toStdout } from './publisher.ts';

/** Tells the operators, at each start of a function, of a defence that the deployment has switched off. */
export const logStart = ({ policy, env }: Config): void => {
  if (policy.stepUp === 'off') {
    new RequestLogger(serviceName(env), toStdout).warn(
      'STEP_UP is off: an access token alone removes the factor, or moves it to another number',
    );
  }
};
