import type { Template } from '../package.ts';
import type { Account, Holding } from './account.ts';
import { invalid, Refusal } from './refusal.ts';
import { Stack } from './stack.ts';
import { checkCapabilities, checkValues, readTemplate, type Values } from './templates.ts';
import type { Xml } from './xml.ts';

/** The fields of a request in the query protocol: `Parameters.member.1.ParameterKey`. */
export type Query = URLSearchParams;

type ChangeSet = {
  readonly stack: Stack;
  readonly template: Template;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly reason?: string;
  readonly imports: ReadonlyMap<string, Holding>;
};

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** States in which a stack takes an update (CloudFormation user guide, "Stack status codes"). */
const UPDATABLE = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/;

/** CloudFormation as a deploy meets it: it refuses what CloudFormation refuses, and carries the rest out at once. */
export class CloudFormation {
  /** Every call, in order. */
  readonly calls: { readonly action: string; readonly query: Query }[] = [];
  readonly #stacks: Stack[] = [];
  readonly #changeSets = new Map<string, ChangeSet>();
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  /** The stack of a name, if it is not deleted. */
  stack(name: string): Stack | undefined {
    return this.#stacks.find((stack) => stack.name === name && stack.status !== 'DELETE_COMPLETE');
  }

  /** Answers a call. Throws a Refusal. */
  call(query: Query): Xml {
    const action = query.get('Action') ?? '';
    this.calls.push({ action, query });
    const answer = this.#actions[action];
    if (!answer) throw new Refusal('InvalidAction', `Could not find operation ${action}`);
    return answer(query);
  }

  readonly #actions: Readonly<Record<string, (query: Query) => Xml>> = {
    DescribeStacks: (query) => {
      const { id, name, status, template } = this.#named(query, (name) => `Stack with id ${name} does not exist`);
      const Outputs = Object.entries(template?.Outputs ?? {}).map(([OutputKey, output]) => ({
        OutputKey,
        OutputValue: outputOf(output),
      }));
      return { Stacks: [{ StackId: id, StackName: name, StackStatus: status, CreationTime: NOW(), Outputs }] };
    },
    ListStackResources: (query) => ({
      StackResourceSummaries: [...this.#named(query).resources].map(([LogicalResourceId, { holding }]) => ({
        LogicalResourceId,
        PhysicalResourceId: holding.id,
        ResourceType: holding.type,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: NOW(),
      })),
    }),
    DescribeStackResource: (query) => {
      const stack = this.#named(query, (name) => `Stack '${name}' does not exist`);
      const id = query.get('LogicalResourceId') ?? '';
      const holding = stack.resources.get(id)?.holding;
      if (!holding) throw invalid(`Resource ${id} does not exist for stack ${stack.name}`);
      const StackResourceDetail = { LogicalResourceId: id, PhysicalResourceId: holding.id, ResourceType: holding.type };
      return { StackResourceDetail };
    },
    DescribeStackEvents: (query) => ({ StackEvents: this.#named(query).events.toReversed() }),
    GetTemplate: (query) => ({ TemplateBody: JSON.stringify(this.#named(query).template ?? {}) }),
    ValidateTemplate: (query) => {
      this.#templateOf(query);
      return {};
    },
    CreateChangeSet: (query) => this.#createChangeSet(query),
    DescribeChangeSet: (query) => {
      const { stack, status, reason, template } = this.#changeSet(query);
      return {
        ChangeSetName: query.get('ChangeSetName') ?? '',
        StackName: stack.name,
        StackId: stack.id,
        Status: status,
        StatusReason: reason,
        ExecutionStatus: status === 'FAILED' ? 'UNAVAILABLE' : 'AVAILABLE',
        Changes: Object.keys(template.Resources).map((LogicalResourceId) => ({
          Type: 'Resource',
          ResourceChange: { Action: 'Modify', LogicalResourceId },
        })),
      };
    },
    ExecuteChangeSet: (query) => {
      const { stack, status, template, imports } = this.#changeSet(query);
      if (status === 'FAILED') throw new Refusal('InvalidChangeSetStatus', 'ChangeSet is in FAILED state');
      this.#changeSets.delete(keyOf(query));
      if (imports.size > 0) stack.import(template, imports);
      else stack.apply(template);
      return {};
    },
    DeleteChangeSet: (query) => {
      this.#named(query);
      this.#changeSets.delete(keyOf(query));
      return {};
    },
    DeleteStack: (query) => {
      this.stack(query.get('StackName') ?? '')?.remove(); // of none that is there it says nothing
      return {};
    },
  };

  #createChangeSet(query: Query): Xml {
    const name = query.get('StackName') ?? '';
    const changeSet = query.get('ChangeSetName') ?? '';
    const type = query.get('ChangeSetType');
    const template = this.#templateOf(query);
    checkValues(template, valuesOf(query));
    checkCapabilities(template, list(query, 'Capabilities'));
    const known = this.stack(name);
    const isNew = known === undefined || known.status === 'REVIEW_IN_PROGRESS';
    if (type === 'CREATE' && !isNew) {
      throw invalid(`Stack [${name}] already exists and cannot be created again with the changeSet [${changeSet}].`);
    }
    if (type === 'UPDATE' && isNew) throw invalid(`Stack [${name}] does not exist`);
    if (known && !isNew && !UPDATABLE.test(known.status)) {
      throw invalid(`Stack:${known.id} is in ${known.status} state and can not be updated.`);
    }
    if (this.#changeSets.has(keyOf(query))) {
      throw new Refusal('AlreadyExistsException', `ChangeSet ${changeSet} cannot be created: it exists already`);
    }
    const imports = type === 'IMPORT' ? this.#imports(query, template) : new Map();
    const stack = known ?? new Stack(this.#account, name, this.#stacks.length);
    if (!known) this.#stacks.push(stack);
    const changed = JSON.stringify(stack.template) !== JSON.stringify(template);
    this.#changeSets.set(keyOf(query), {
      stack,
      template,
      imports,
      ...(changed ? { status: 'CREATE_COMPLETE' } : { status: 'FAILED', reason: NO_CHANGES }),
    });
    return { Id: `arn:aws:cloudformation:eu-central-1:000000000000:changeSet/${changeSet}/1`, StackId: stack.id };
  }

  #imports(query: Query, template: Template): Map<string, Holding> {
    const found = new Map<string, Holding>();
    for (const at of indexes(query, 'ResourcesToImport')) {
      const field = (name: string) => query.get(`ResourcesToImport.member.${at}.${name}`) ?? '';
      const [type, logicalId] = [field('ResourceType'), field('LogicalResourceId')];
      const holding = this.#account.find(type, field('ResourceIdentifier.entry.1.value'));
      if (!holding) throw invalid(`Resource ${logicalId} to import does not exist`);
      if (this.#stacks.some(({ resources }) => [...resources.values()].some((owned) => owned.holding === holding))) {
        throw invalid(`Resource ${logicalId} is in another stack`);
      }
      if (!template.Resources[logicalId]?.DeletionPolicy) throw invalid(`${logicalId} must have a DeletionPolicy`);
      found.set(logicalId, holding);
    }
    const others = Object.keys(template.Resources).filter((logicalId) => !found.has(logicalId));
    if (others.length > 0) throw invalid(`The template of an import has others: [${others.join(', ')}]`);
    return found;
  }

  #templateOf(query: Query): Template {
    const [body, url] = [query.get('TemplateBody'), query.get('TemplateURL')];
    if (body !== null) return readTemplate(body, 'body');
    const [, bucket = '', ...key] = new URL(url ?? '').pathname.split('/');
    const stored = this.#account.buckets.get(bucket)?.get(key.join('/'));
    if (!stored) throw invalid('S3 error: The specified key does not exist.');
    return readTemplate(stored.body.toString(), 'file');
  }

  #changeSet(query: Query): ChangeSet {
    const found = this.#changeSets.get(keyOf(query));
    if (!found) throw new Refusal('ChangeSetNotFound', `ChangeSet [${query.get('ChangeSetName')}] does not exist`, 404);
    return found;
  }

  /** A stack by its name, or by its id also when it is deleted. */
  #named(query: Query, refusal = (name: string) => `Stack [${name}] does not exist`): Stack {
    const name = query.get('StackName') ?? '';
    const stack = this.stack(name) ?? this.#stacks.find(({ id }) => id === name);
    if (!stack) throw invalid(refusal(name));
    return stack;
  }
}

/** The text of an output: what CloudFormation works out stands there by its name. */
const outputOf = (output: unknown): string => {
  const { Value } = output as { readonly Value: string | { readonly 'Fn::Sub'?: string } };
  const text = typeof Value === 'string' ? Value : (Value['Fn::Sub'] ?? JSON.stringify(Value));
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => name.replace(/^.*::/, '').toLowerCase());
};

const NOW = (): string => new Date().toISOString();

const keyOf = (query: Query): string => `${query.get('StackName')} ${query.get('ChangeSetName')}`;

const indexes = (query: Query, name: string): string[] => [
  ...new Set([...query.keys()].flatMap((key) => new RegExp(`^${name}\\.member\\.(\\d+)`).exec(key)?.[1] ?? [])),
];

const list = (query: Query, name: string): string[] =>
  indexes(query, name).map((at) => query.get(`${name}.member.${at}`) ?? '');

const valuesOf = (query: Query): Values =>
  Object.fromEntries(
    indexes(query, 'Parameters').map((at) => {
      const field = (name: string) => query.get(`Parameters.member.${at}.${name}`) ?? '';
      return [field('ParameterKey'), field('ParameterValue')];
    }),
  );
