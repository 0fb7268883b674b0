import type { Resource, Template } from '../package.ts';
import { type Account, type Holding, resourcesOf } from './account.ts';

/** What happened to a resource of a stack, or to the stack itself. */
export type StackEvent = {
  readonly EventId: string;
  readonly StackName: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string | undefined;
  readonly Timestamp: string;
};

/** A resource of a stack, and what is to become of it when the stack no longer wants it. */
type Owned = { readonly resource: Resource; readonly holding: Holding };

const SUCCESS = { create: 'CREATE_COMPLETE', update: 'UPDATE_COMPLETE' } as const;

/** A stack: its state, its resources, and what became of them. Everything it is told to do is done at once. */
export class Stack {
  status = 'REVIEW_IN_PROGRESS';
  template: Template | undefined;
  readonly resources = new Map<string, Owned>();
  /** The newest last. */
  readonly events: StackEvent[] = [];
  readonly name: string;
  readonly id: string;
  readonly #account: Account;

  constructor(account: Account, name: string, number: number) {
    this.#account = account;
    this.name = name;
    this.id = `arn:aws:cloudformation:eu-central-1:000000000000:stack/${name}/${number}`;
  }

  /** Takes over resources that are there already. */
  import(template: Template, holdings: ReadonlyMap<string, Holding>): void {
    for (const [logicalId, resource] of resourcesOf(template)) {
      const holding = holdings.get(logicalId);
      if (holding) this.resources.set(logicalId, { resource, holding });
    }
    this.template = template;
    this.#tell('IMPORT_COMPLETE');
  }

  /** Makes what a template wants and deletes what it no longer wants; when that fails, all is as it was as far as can be. */
  apply(template: Template): void {
    const action = this.status === 'REVIEW_IN_PROGRESS' ? 'create' : 'update';
    this.#tell(action === 'create' ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
    const wanted = new Map(resourcesOf(template));
    const made: string[] = [];
    for (const [logicalId, resource] of wanted) {
      const owned = this.resources.get(logicalId);
      try {
        const holding = owned?.holding ?? this.#account.make(this.name, logicalId, resource);
        this.resources.set(logicalId, { resource, holding });
      } catch (error) {
        this.#happened(logicalId, resource.Type, 'CREATE_FAILED', error);
        this.#rollBack(action, made);
        return;
      }
      if (!owned) {
        made.push(logicalId);
        this.#happened(logicalId, resource.Type, 'CREATE_COMPLETE');
      }
    }
    for (const logicalId of [...this.resources.keys()]) if (!wanted.has(logicalId)) this.#delete(logicalId, 'remove');
    this.template = template;
    this.#tell(SUCCESS[action]);
  }

  /** Deletes what there is. */
  remove(): void {
    this.#tell('DELETE_IN_PROGRESS');
    const failed = [...this.resources.keys()].reverse().filter((logicalId) => !this.#delete(logicalId, 'remove'));
    const reason = new Error(`The following resource(s) failed to delete: [${failed.join(', ')}]. `);
    if (failed.length > 0) this.#tell('DELETE_FAILED', reason);
    else this.#tell('DELETE_COMPLETE');
  }

  #rollBack(action: 'create' | 'update', made: readonly string[]): void {
    const prefix = action === 'create' ? '' : 'UPDATE_';
    this.#tell(`${prefix}ROLLBACK_IN_PROGRESS`, new Error('The following resource(s) failed to create'));
    // A rolled back update lets go even of what it could not delete.
    for (const logicalId of [...made].reverse()) {
      if (!this.#delete(logicalId, 'rollBack') && action === 'update') this.resources.delete(logicalId);
    }
    const left = action === 'create' && this.resources.size > 0;
    this.#tell(left ? 'ROLLBACK_FAILED' : `${prefix}ROLLBACK_COMPLETE`);
  }

  /** Whether the stack has got rid of a resource: it is deleted, or kept outside of the stack. */
  #delete(logicalId: string, when: 'remove' | 'rollBack'): boolean {
    const owned = this.resources.get(logicalId);
    if (!owned) return true;
    const { resource, holding } = owned;
    const policy = resource.DeletionPolicy ?? 'Delete';
    const kept = policy === 'Retain' || (policy === 'RetainExceptOnCreate' && when === 'remove');
    try {
      if (!kept) this.#account.delete(holding);
    } catch (error) {
      this.#happened(logicalId, resource.Type, 'DELETE_FAILED', error);
      return false;
    }
    this.resources.delete(logicalId);
    this.#happened(logicalId, resource.Type, kept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE');
    return true;
  }

  #tell(status: string, reason?: unknown): void {
    this.status = status;
    this.#happened(this.name, 'AWS::CloudFormation::Stack', status, reason);
  }

  #happened(LogicalResourceId: string, ResourceType: string, ResourceStatus: string, reason?: unknown): void {
    this.events.push({
      EventId: `${this.id}/${this.events.length}`,
      StackName: this.name,
      StackId: this.id,
      LogicalResourceId,
      ResourceType,
      ResourceStatus,
      ResourceStatusReason: reason instanceof Error ? reason.message : undefined,
      Timestamp: new Date().toISOString(),
    });
  }
}
