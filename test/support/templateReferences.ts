import type { Template } from './package.ts';
import { attributesOf } from './templateSchema.ts';

const PSEUDO = new Set(
  ['AccountId', 'NoValue', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'].map((name) => `AWS::${name}`),
);

/** Where a template refers to what is not in it; empty when every reference leads somewhere. */
export const referenceProblems = (template: Template): string[] => {
  const { Resources, Parameters = {}, Conditions = {}, Outputs = {} } = template;
  const named = (name: string) => name in Resources || name in Parameters || PSEUDO.has(name);
  const attribute = (id: string, name: string) => {
    const type = Resources[id]?.Type;
    return type !== undefined && attributesOf(type)?.includes(name);
  };

  const inText = (text: string, own: readonly string[]): string[] =>
    [...text.matchAll(/\$\{([^!}]+)\}/g)].flatMap(([, name = '']) => {
      if (own.includes(name)) return [];
      const [id = '', ...rest] = name.split('.');
      return (rest.length > 0 ? attribute(id, rest.join('.')) : named(name)) ? [] : [`\${${name}}`];
    });

  const inSub = (value: unknown): string[] => {
    const [text, own] = Array.isArray(value) ? value : [value, {}];
    return [...inText(String(text), Object.keys(own)), ...inValue(own)];
  };

  const inValue = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      if (key === 'Ref') return named(inner) ? [] : [`Ref ${inner}`];
      if (key === 'Fn::GetAtt') {
        const [id, name] = Array.isArray(inner) ? inner : String(inner).split(/\.(.*)/s);
        return attribute(id, name) ? [] : [`Fn::GetAtt ${id}.${name}`];
      }
      if (key === 'Fn::Sub') return inSub(inner);
      if (key === 'Condition' && typeof inner === 'string') return inner in Conditions ? [] : [`Condition ${inner}`];
      if (key === 'Fn::If') return [...(inner[0] in Conditions ? [] : [`Fn::If ${inner[0]}`]), ...inValue(inner)];
      return inValue(inner);
    });
  };

  const inAll = (entries: object) =>
    Object.entries(entries).flatMap(([id, value]) => inValue(value).map((problem) => `${id}: ${problem}`));

  return [
    ...[Resources, Conditions, Outputs].flatMap(inAll),
    ...Object.entries(Resources).flatMap(([id, { DependsOn = [] }]) =>
      [DependsOn].flat().flatMap((other) => (other in Resources ? [] : [`${id}: DependsOn ${other}`])),
    ),
    ...Object.keys(Parameters).flatMap((name) => (name in Resources ? [`${name} is a parameter and a resource`] : [])),
  ];
};
