import type { Config } from '../config/config.ts';
import { RequestLogger } from './log.ts';
import { serviceName, toStdout } from './publisher.ts';

/** Tells the operators, at each start of a function, of the defences that the deployment has switched off. */
export const logStart = ({ policy, token, env }: Config): void => {
  const warnings = [
    ...(policy.stepUp === 'off'
      ? ['STEP_UP is off: an access token alone removes the factor, or moves it to another number']
      : []),
    ...(token.services?.subjects === '*'
      ? ['SERVICE_SUBJECTS is *: every access token with a permission acts for users, whoever it was given to']
      : []),
  ];
  if (warnings.length === 0) return;
  const logger = new RequestLogger(serviceName(env), toStdout);
  for (const warning of warnings) logger.warn(warning);
};
