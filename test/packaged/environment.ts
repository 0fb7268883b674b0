import type { Resource, Template } from '../support/package.ts';
import type { Artefact } from './artefact.ts';
import type { KeyStatement, ResolvedStatement } from './authorization.ts';
import { ACCOUNT, createResolver, REGION } from './cloudFormation.ts';

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** The ARNs that the template's keys get here. */
export const CODE_KEY_ARN = arn('kms', 'key/CodeKey');
export const PROOF_KEY_ARN = arn('kms', 'key/ProofKey');

/** What the service is deployed with beside its template. */
type Deployment = { readonly table: string };

const attributesOf =
  ({ Resources }: Template, { table }: Deployment) =>
  (id: string, attribute: string): string | undefined => {
    switch (Resources[id]?.Type) {
      case 'AWS::DynamoDB::Table':
        return { Ref: table, Arn: arn('dynamodb', `table/${table}`) }[attribute];
      case 'AWS::KMS::Key':
        return { Ref: id, Arn: arn('kms', `key/${id}`) }[attribute];
      case 'AWS::ApiGatewayV2::Api':
        return { Ref: 'api', ApiEndpoint: `https://api.execute-api.${REGION}.amazonaws.com` }[attribute];
      case 'AWS::Logs::LogGroup':
        return arn('logs', `log-group:${Resources[id]?.Properties.LogGroupName}:*`);
      default:
        return undefined;
    }
  };

/** A function of the template as it is deployed. */
export type Deployed = {
  readonly functionName: string;
  /** `functions/setPhone.handler` */
  readonly handler: string;
  readonly memorySize: number;
  readonly variables: Readonly<Record<string, string>>;
  /** The ARN of its role, and what that allows. */
  readonly role: string;
  readonly statements: readonly ResolvedStatement[];
  /** The policies of the keys of the template, by their ARNs. */
  readonly keyPolicies: ReadonlyMap<string, readonly KeyStatement[]>;
};

/** Reads a function and its role out of the template, with every intrinsic function resolved. */
export const deployedFunction = ({ template }: Artefact, name: string, deployment: Deployment): Deployed => {
  const resolve = createResolver(template, attributesOf(template, deployment));
  const lambda = resourceOf(template, ([, { Type, Properties }]) => {
    return Type === 'AWS::Lambda::Function' && Properties.Handler === `functions/${name}.handler`;
  });
  const { FunctionName, Handler, MemorySize, Environment, Role } = lambda.Properties;
  const [role] = (Role as { readonly 'Fn::GetAtt': readonly string[] })['Fn::GetAtt'];
  const { RoleName, Policies, ManagedPolicyArns = [] } = resourceOf(template, ([id]) => id === role).Properties;
  if ((ManagedPolicyArns as unknown[]).length > 0) throw new Error(`The role ${role} has more than it says`);
  const policies = resolve(Policies) as { readonly PolicyDocument: { readonly Statement: ResolvedStatement[] } }[];
  return {
    functionName: String(resolve(FunctionName)),
    handler: String(Handler),
    memorySize: Number(MemorySize),
    variables: resolve((Environment as { readonly Variables: object }).Variables) as Record<string, string>,
    role: `arn:aws:iam::${ACCOUNT}:role/${resolve(RoleName)}`,
    statements: policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    keyPolicies: new Map(
      Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
        if (Type !== 'AWS::KMS::Key') return [];
        const { Statement } = resolve(Properties.KeyPolicy) as { readonly Statement: KeyStatement[] };
        return [[arn('kms', `key/${id}`), Statement]];
      }),
    ),
  };
};

const resourceOf = ({ Resources }: Template, is: (entry: [string, Resource]) => boolean): Resource => {
  const [found, ...others] = Object.entries(Resources).filter(is);
  if (!found || others.length > 0) throw new Error('The template has not exactly one of what is looked for');
  return found[1];
};
