import { readdirSync } from 'node:fs';
import { functionProblems } from './functionProblems.ts';
import { deploymentProblems } from './problems.ts';
import { smsCountryProblems } from './smsCountries.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is wrong with the settings that were given, on a machine whose local stack brings those that it needs: each in one
 * line, as a deploy would say it.
 */
export const localProblems = async (given: Environment, local: Readonly<Record<string, string>>): Promise<string[]> => {
  const values = Object.entries(given).flatMap(([name, value]) => (value?.trim() ? [[name, value]] : []));
  const settings = Object.fromEntries(values) as Record<string, string>;
  const { TOKEN_AUDIENCE, ...others } = local;
  const audience = settings.TOKEN_CLIENT_ID === undefined && TOKEN_AUDIENCE !== undefined ? { TOKEN_AUDIENCE } : {};
  const environment = { ...others, ...audience, ...settings };
  const names = readdirSync(new URL('../../functions', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
  return [
    ...(await functionProblems(names.map((name) => ({ name, handler: `functions/${name}.handler`, environment })))),
    ...smsCountryProblems(settings.SMS_COUNTRIES),
    ...deploymentProblems(),
  ];
};
