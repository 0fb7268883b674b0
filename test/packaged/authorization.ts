import { ACCOUNT, REGION } from './cloudFormation.ts';

/** An action on a resource, both as IAM names them. */
export type Permission = { readonly action: string; readonly resource: string };

/** A statement of a policy whose intrinsic functions are resolved. */
export type ResolvedStatement = {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
};

/** A statement of a key's own policy; its principal is the account, which leaves the rest to the roles, or one of them. */
export type KeyStatement = ResolvedStatement & {
  readonly Principal: { readonly AWS: string | readonly string[] };
  readonly Condition?: { readonly ArnEquals: { readonly 'aws:PrincipalArn': string | readonly string[] } };
};

/** The members of a request that say which resources it names. */
type Input = Readonly<Record<string, unknown>>;

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

const onTable = (action: string, { TableName, IndexName }: Input): Permission => ({
  action: `dynamodb:${action}`,
  resource: arn('dynamodb', `table/${TableName}${IndexName === undefined ? '' : `/index/${IndexName}`}`),
});

/** A transaction needs the permission of each of its parts, and none of its own. */
const TRANSACTION_PARTS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

const ofDynamoDb = (operation: string, input: Input): readonly Permission[] => {
  if (operation === 'BatchGetItem') {
    return Object.keys(input.RequestItems as object).map((TableName) => onTable(operation, { TableName }));
  }
  if (operation !== 'TransactWriteItems' && operation !== 'TransactGetItems') return [onTable(operation, input)];
  return (input.TransactItems as readonly Readonly<Record<string, Input>>[]).flatMap((item) =>
    Object.entries(item).map(([part, each]) => onTable(TRANSACTION_PARTS[part] ?? part, each)),
  );
};

/** Service Authorization Reference, SendTextMessage: whatever of these a request names is authorised. */
const SMS_RESOURCES: Readonly<Record<string, string>> = {
  OriginationIdentity: '',
  ConfigurationSetName: 'configuration-set/',
  ProtectConfigurationId: 'protect-configuration/',
};

const ofSms = (operation: string, input: Input): readonly Permission[] =>
  Object.entries(SMS_RESOURCES).flatMap(([member, type]) => {
    const name = input[member];
    if (typeof name !== 'string') return [];
    return [
      { action: `sms-voice:${operation}`, resource: name.startsWith('arn:') ? name : arn('sms-voice', type + name) },
    ];
  });

/** What a request needs to be allowed; `service` is as in its signature. */
export const permissionsFor = (service: string, operation: string, input: Input): readonly Permission[] => {
  if (service === 'dynamodb') return ofDynamoDb(operation, input);
  if (service === 'sms-voice') return ofSms(operation, input);
  if (service === 'kms') return [{ action: `kms:${operation}`, resource: String(input.KeyId) }];
  throw new Error(`No function calls ${service}`);
};

const matches = (patterns: string | readonly string[], value: string): boolean =>
  [patterns].flat().some((pattern) => {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${escaped}$`).test(value);
  });

const UNDERSTOOD = ['Sid', 'Effect', 'Action', 'Resource'];

const demandKnown = (statement: object, more: readonly string[] = []): void => {
  const unknown = Object.keys(statement).filter((name) => ![...UNDERSTOOD, ...more].includes(name));
  if (unknown.length > 0) throw new Error(`A statement with ${unknown} is not understood here`);
};

/** One must allow it, and none may deny it. */
const decide = (statements: readonly ResolvedStatement[], { action, resource }: Permission): boolean => {
  const effects = statements.flatMap(({ Effect, Action, Resource }) =>
    matches(Action, action) && matches(Resource, resource) ? [Effect] : [],
  );
  return effects.includes('Allow') && !effects.includes('Deny');
};

/** Whether a role's statements allow it. Throws on a statement of another form. */
export const isAllowed = (statements: readonly ResolvedStatement[], permission: Permission): boolean => {
  for (const statement of statements) demandKnown(statement);
  return decide(statements, permission);
};

/** Whether a key's own policy leaves it to this role. Throws on a statement of another form. */
export const isAllowedByKey = (policy: readonly KeyStatement[], role: string, permission: Permission): boolean => {
  const account = `arn:aws:iam::${ACCOUNT}:root`;
  const ofRole = policy.filter((statement) => {
    const { Principal, Condition } = statement;
    demandKnown(statement, ['Principal', 'Condition']);
    const conditions = Object.values(Condition ?? {}).flatMap((each) => Object.keys(each));
    if (Condition && String([Object.keys(Condition), conditions]) !== 'ArnEquals,aws:PrincipalArn') {
      throw new Error(`A condition on ${conditions} is not understood here`);
    }
    const isMeant = [Principal.AWS].flat().some((arn) => arn === account || arn === role);
    return isMeant && (!Condition || matches(Condition.ArnEquals['aws:PrincipalArn'], role));
  });
  return decide(ofRole, permission);
};
