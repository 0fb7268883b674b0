import type { Template } from './package.ts';
import { referenceProblems } from './templateReferences.ts';
import { schemaProblems } from './templateSchema.ts';
import { wildcards } from './templateWildcards.ts';

/** Every grant to a group of actions or resources that may be there, and why. */
export const WILDCARD_REASONS: readonly { readonly grant: RegExp; readonly reason: string }[] = [
  { grant: /^(Code|Proof|Alarm)Key: [\w:*, ]+ on \*$/, reason: "in a key's own policy * is that key" },
  {
    grant: /^\w+Role: xray:PutTraceSegments, xray:PutTelemetryRecords on \*$/,
    reason: 'a trace is no resource: AWS takes nothing narrower for these actions',
  },
];

/** What is wrong with a template as far as that can be told without AWS; empty when it may be deployed. */
export const problemsOf = (template: Template): string[] => [
  ...schemaProblems(template),
  ...referenceProblems(template),
  ...wildcards(template).filter((found) => !WILDCARD_REASONS.some(({ grant }) => grant.test(found))),
];
