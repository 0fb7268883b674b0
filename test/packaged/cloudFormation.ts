import type { Template } from '../support/package.ts';

/** The account and region that the template is deployed to. */
export const ACCOUNT = '000000000000';
export const REGION = 'eu-central-1';

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackName': 'otp-sms-factor',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A value that is left out (`AWS::NoValue`). */
const NO_VALUE = Symbol('AWS::NoValue');

/** Answers `Ref` and `Fn::GetAtt` of resources, with `undefined` where it knows none. */
export type Attributes = (logicalId: string, attribute: 'Ref' | (string & {})) => string | undefined;

/** Resolves the intrinsic functions in a value of a template, as CloudFormation does. Throws on what it does not know. */
export const createResolver = ({ Conditions = {} }: Pick<Template, 'Conditions'>, attributes: Attributes) => {
  const attributeOf = (id: string, attribute: string): string => {
    const value = attributes(id, attribute);
    if (value === undefined) throw new Error(`Nothing is known of ${id}.${attribute}`);
    return value;
  };
  const refer = (id: string): unknown =>
    id === 'AWS::NoValue' ? NO_VALUE : (PSEUDO_PARAMETERS[id] ?? attributeOf(id, 'Ref'));

  const substitute = (input: string | [string, Record<string, unknown>]): string => {
    const [text, values] = typeof input === 'string' ? [input, {}] : input;
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in values) return String(resolve(values[name]));
      const [id = '', ...attribute] = name.split('.');
      return attribute.length > 0 ? attributeOf(id, attribute.join('.')) : String(refer(id));
    });
  };

  const holds = (condition: unknown): boolean => resolve(condition) === true;

  const FUNCTIONS: Readonly<Record<string, (input: never) => unknown>> = {
    Ref: refer,
    Condition: (name: string) => holds(Conditions[name]),
    'Fn::GetAtt': (input: string | string[]) => {
      const [id = '', ...attribute] = typeof input === 'string' ? input.split('.') : input;
      return attributeOf(id, attribute.join('.'));
    },
    'Fn::Sub': substitute,
    'Fn::Join': ([separator, parts]: [string, unknown]) => (resolve(parts) as string[]).join(separator),
    'Fn::Select': ([index, parts]: [number, unknown]) => (resolve(parts) as unknown[])[Number(index)],
    'Fn::Split': ([separator, text]: [string, unknown]) => String(resolve(text)).split(separator),
    'Fn::If': ([name, then, otherwise]: [string, unknown, unknown]) =>
      resolve(holds(Conditions[name]) ? then : otherwise),
    'Fn::Equals': ([one, other]: [unknown, unknown]) => resolve(one) === resolve(other),
    'Fn::Not': ([condition]: [unknown]) => !holds(condition),
    'Fn::And': (conditions: unknown[]) => conditions.every(holds),
    'Fn::Or': (conditions: unknown[]) => conditions.some(holds),
  };

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((each) => each !== NO_VALUE);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value);
    const [[name = '', input] = []] = members;
    const apply = members.length === 1 ? FUNCTIONS[name] : undefined;
    if (apply) return apply(input as never);
    if (name.startsWith('Fn::')) throw new Error(`${name} is not known here`);
    return Object.fromEntries(
      members.map(([key, each]) => [key, resolve(each)] as const).filter(([, each]) => each !== NO_VALUE),
    );
  };
  return resolve;
};
