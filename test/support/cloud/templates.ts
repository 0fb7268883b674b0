import type { Parameter, Template } from '../package.ts';
import { referenceProblems } from '../templateReferences.ts';
import { schemaProblems } from '../templateSchema.ts';
import { invalid, Refusal } from './refusal.ts';

/** Bytes of the largest template, in a request and in a bucket, and the most resources (CloudFormation's quotas). */
const MAX_BODY = 51_200;
const MAX_FILE = 1_048_576;
const MAX_RESOURCES = 500;

export type Values = Readonly<Record<string, string>>;

/** Reads a template. Throws what CloudFormation refuses one with. */
export const readTemplate = (text: string, from: 'body' | 'file'): Template => {
  if (Buffer.byteLength(text) > (from === 'body' ? MAX_BODY : MAX_FILE)) {
    throw invalid(`1 validation error detected: Value at 'template${from}' failed to satisfy constraint: too long`);
  }
  let template: Template;
  try {
    template = JSON.parse(text);
  } catch {
    throw invalid('Template format error: JSON not well-formed.');
  }
  const count = Object.keys(template.Resources ?? {}).length;
  if (count === 0) throw invalid('Template format error: At least one Resources member must be defined.');
  if (count > MAX_RESOURCES) throw invalid(`Template format error: Number of resources, ${count}, is greater than 500`);
  const problems = [...referenceProblems(template), ...schemaProblems(template)];
  if (problems.length > 0) throw invalid(`Template format error: ${problems.join('; ')}`);
  return template;
};

/** Checks the values that are given for a template's parameters. Throws what CloudFormation refuses them with. */
export const checkValues = ({ Parameters = {} }: Template, values: Values): void => {
  const given = Object.keys(values);
  if (given.length > 0 && Object.keys(Parameters).length === 0) {
    throw invalid('Parameter values specified for a template which does not require them.');
  }
  const unknown = given.filter((name) => !(name in Parameters));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = Object.keys(Parameters).filter((name) => !(name in values) && !('Default' in own(Parameters, name)));
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  for (const [name, value] of Object.entries(values)) checkValue(name, value, own(Parameters, name));
};

const own = (parameters: Template['Parameters'], name: string): Parameter => parameters[name] ?? ({} as Parameter);

const checkValue = (name: string, value: string, parameter: Parameter): void => {
  const { AllowedPattern = '.*', MinValue = -Infinity, MaxValue = Infinity, Type, ConstraintDescription } = parameter;
  const number = Type === 'Number' ? Number(value || 'none') : 0;
  const fits = new RegExp(`^(?:${AllowedPattern})$`).test(value) && !Number.isNaN(number);
  if (!fits || (Type === 'Number' && (number < MinValue || number > MaxValue))) {
    throw invalid(`Parameter '${name}' failed to satisfy constraint: ${ConstraintDescription ?? AllowedPattern}`);
  }
};

/** Throws where a template makes roles and the request does not say that it knows. */
export const checkCapabilities = ({ Resources }: Template, capabilities: readonly string[]): void => {
  const roles = Object.values(Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
  const named = roles.some(({ Properties }) => 'RoleName' in Properties);
  const needed = named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  if (roles.length > 0 && !capabilities.some((capability) => capability === needed || capability.endsWith('D_IAM'))) {
    throw new Refusal('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
  }
};
