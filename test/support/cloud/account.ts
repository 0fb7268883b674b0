import type { Resource, Template } from '../package.ts';

/** A resource that is there, whichever stack made it. */
export type Holding = {
  readonly type: string;
  /** Its name: the given one, or one that CloudFormation has made up. */
  readonly id: string;
  readonly since: Date;
  /** Whether it cannot be deleted before somebody has unlocked it. */
  protected: boolean;
};

export type StoredObject = {
  readonly body: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modified: Date;
};

/** The property that names a resource, for the types that take a name. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Pipes::Pipe': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
};

/** What an account holds: nothing of the same type and name can be made twice. */
export class Account {
  readonly #holdings = new Map<string, Holding>();
  /** The objects in each bucket. */
  readonly buckets = new Map<string, Map<string, StoredObject>>();
  #made = 0;

  /** Makes a resource. Throws what AWS says when there is one of its name already. */
  make(stack: string, logicalId: string, { Type, Properties = {} }: Resource): Holding {
    const name = Properties[NAMED_BY[Type] ?? ''];
    const id = typeof name === 'string' ? name : JSON.stringify(name);
    const key = `${Type} ${id}`;
    if (id !== undefined && this.#holdings.has(key)) throw new Error(`${id} already exists`);
    const holding = {
      type: Type,
      id: id ?? `${stack}-${logicalId}-${++this.#made}`.toLowerCase(),
      since: new Date(),
      protected: Properties.DeletionProtectionEnabled === true,
    };
    this.#holdings.set(`${Type} ${holding.id}`, holding);
    if (Type === 'AWS::S3::Bucket') this.buckets.set(holding.id, new Map());
    return holding;
  }

  /** Deletes a resource. Throws what AWS says when it may not be deleted. */
  delete(holding: Holding): void {
    if (holding.protected) throw new Error('Resource cannot be deleted: it is protected against deletion');
    if ((this.buckets.get(holding.id)?.size ?? 0) > 0) throw new Error('The bucket you tried to delete is not empty');
    this.buckets.delete(holding.id);
    this.#holdings.delete(`${holding.type} ${holding.id}`);
  }

  find(type: string, id: string): Holding | undefined {
    return this.#holdings.get(`${type} ${id}`);
  }

  ofType(type: string): Holding[] {
    return [...this.#holdings.values()].filter((holding) => holding.type === type);
  }
}

/** The resources that CloudFormation makes of a template: those whose condition holds. */
export const resourcesOf = ({ Resources, Conditions = {} }: Template): [string, Resource][] =>
  Object.entries(Resources).filter(([, { Condition }]) => Condition === undefined || holds(Conditions[Condition]));

const holds = (condition: unknown): boolean => {
  const [[operator, operands] = []] = Object.entries(condition ?? {});
  const list = (operands ?? []) as unknown[];
  if (operator === 'Fn::Equals') return JSON.stringify(list[0]) === JSON.stringify(list[1]);
  if (operator === 'Fn::Not') return !holds(list[0]);
  throw new Error(`Nothing is known of the condition ${JSON.stringify(condition)}`);
};
