import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Template } from './package.ts';

const spec = loadAwsServiceSpecSync();

const specOf = (type: string) => spec.lookup('resource', 'cloudFormationType', 'equals', type)[0];

type Properties = NonNullable<ReturnType<typeof specOf>>['properties'];
type Type = Properties[string]['type'];

/** What a resource may say beside its properties. */
const OF_EVERY_RESOURCE = new Set([
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
]);

const TAG = { Key: { type: { type: 'string' }, required: true }, Value: { type: { type: 'string' }, required: true } };

/** Where the resources of a template are not of the form that AWS publishes of their types; empty when they are. */
export const schemaProblems = ({ Resources }: Template): string[] =>
  Object.entries(Resources).flatMap(([id, resource]) => {
    const known = specOf(resource.Type);
    if (!known) return [`${id}: there is no type ${resource.Type}`];
    return [
      ...Object.keys(resource).flatMap((name) =>
        OF_EVERY_RESOURCE.has(name) ? [] : [`${id}: no resource has ${name}`],
      ),
      ...ofProperties(resource.Properties ?? {}, known.properties, id),
    ];
  });

/** The attributes of a type that `Fn::GetAtt` finds, or `undefined` for an unknown type. */
export const attributesOf = (type: string): readonly string[] | undefined => {
  const attributes = specOf(type)?.attributes;
  return attributes && Object.keys(attributes);
};

/** Whether a service of AWS publishes a metric. */
export const isMetric = (namespace: string, name: string): boolean =>
  spec.lookup('metric', 'namespace', 'equals', namespace).some((metric) => metric.name === name);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that CloudFormation works out at the time of the deploy. */
const isWorkedOut = (value: unknown): boolean => {
  const [name = '', ...others] = isObject(value) ? Object.keys(value) : [];
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
};

const ofProperties = (value: unknown, properties: Properties, at: string): string[] => {
  if (!isObject(value)) return [`${at} is no object`];
  return [
    ...Object.entries(properties).flatMap(([name, { required }]) =>
      required && value[name] === undefined ? [`${at} lacks ${name}`] : [],
    ),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const property = properties[name];
      return property ? ofType(inner, property.type, `${at}.${name}`) : [`${at} has no ${name}`];
    }),
  ];
};

const ofType = (value: unknown, type: Type, at: string): string[] => {
  if (isWorkedOut(value)) return [];
  switch (type.type) {
    case 'ref':
      return ofProperties(value, spec.get('typeDefinition', type.reference.$ref).properties, at);
    case 'tag':
      return ofProperties(value, TAG as Properties, at);
    case 'array':
      if (!Array.isArray(value)) return [`${at} is no list`];
      return value.flatMap((element, i) => ofType(element, type.element, `${at}.${i}`));
    case 'map':
      if (!isObject(value)) return [`${at} is no object`];
      return Object.entries(value).flatMap(([name, element]) => ofType(element, type.element, `${at}.${name}`));
    case 'union': {
      const problems = type.types.map((one) => ofType(value, one, at));
      return problems.reduce((least, some) => (some.length < least.length ? some : least));
    }
    case 'json':
      return isObject(value) ? [] : [`${at} is no object`];
    case 'number':
      return Number.isFinite(value) ? [] : [`${at} is no number`];
    case 'integer':
      if (!Number.isInteger(value)) return [`${at} is no whole number`];
      return ofValues(value as number, type.allowedValues, at);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} is not true or false`];
    default:
      if (typeof value !== 'string') return [`${at} is no text`];
      return ofValues(value, type.type === 'string' ? type.allowedValues : undefined, at);
  }
};

const ofValues = <T>(value: T, allowed: readonly T[] | undefined, at: string): string[] =>
  !allowed || allowed.includes(value) ? [] : [`${at} is none of ${allowed.join(', ')}`];
