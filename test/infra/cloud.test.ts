import { beforeEach, describe, expect, it } from 'vitest';
import { Account } from '../support/cloud/account.ts';
import { CloudFormation } from '../support/cloud/cloudFormation.ts';

let account: Account;
let cloudFormation: CloudFormation;
beforeEach(() => {
  account = new Account();
  cloudFormation = new CloudFormation(account);
});

const QUEUE = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'queue' } };
const BUCKET = { Type: 'AWS::S3::Bucket', Properties: {} };
const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
const PARAMETERS = {
  Email: { Type: 'String', AllowedPattern: '^.+@.+$', ConstraintDescription: 'Set it to an e-mail address' },
  Limit: { Type: 'Number', MinValue: 1, Default: 5 },
};

const call = (Action: string, fields: Record<string, string> = {}) =>
  cloudFormation.call(new URLSearchParams({ Action, StackName: 'stack', ChangeSetName: 'changes', ...fields }));
const change = (ChangeSetType: string, template: object, fields: Record<string, string> = {}) =>
  call('CreateChangeSet', { ChangeSetType, TemplateBody: JSON.stringify(template), ...fields });
const deploy = (type: string, template: object) => {
  change(type, template);
  call('ExecuteChangeSet');
};
const value = (key: string, text: string) => ({
  'Parameters.member.1.ParameterKey': key,
  'Parameters.member.1.ParameterValue': text,
});

describe('the stand-in for CloudFormation refuses', () => {
  const plain = { Resources: { Queue: QUEUE } };
  const withParameters = { ...plain, Parameters: PARAMETERS };

  it.each<[string, () => unknown, RegExp]>([
    [
      'values for a template without parameters',
      () => change('CREATE', plain, value('Email', 'a@b')),
      /^Parameter values specified for a template which does not require them\.$/,
    ],
    [
      'a value that the template does not know',
      () => change('CREATE', withParameters, value('Other', 'x')),
      /\[Other\] do not exist/,
    ],
    [
      'a parameter without a value',
      () => change('CREATE', withParameters, value('Limit', '2')),
      /\[Email\] must have values/,
    ],
    [
      'a value of another pattern',
      () => change('CREATE', withParameters, value('Email', 'a')),
      /'Email' failed .*: Set it to an e-mail address/,
    ],
    ['a template without resources', () => change('CREATE', { Resources: {} }), /At least one Resources member/],
    [
      'a template that is too long for a request',
      () => change('CREATE', { ...plain, Description: 'x'.repeat(51_200) }),
      /too long/,
    ],
    [
      'a reference that leads nowhere',
      () => change('CREATE', { ...plain, Outputs: { O: { Value: { Ref: 'X' } } } }),
      /Ref X/,
    ],
    [
      'roles that the request does not know of',
      () => change('CREATE', { Resources: { Role: ROLE } }),
      /CAPABILITY_IAM/,
    ],
    [
      'a template that is not in its bucket',
      () => call('ValidateTemplate', { TemplateURL: 'https://s3/b/key' }),
      /specified key/,
    ],
    ['an update of no stack', () => change('UPDATE', plain), /does not exist/],
    ['to describe no stack', () => call('DescribeStacks'), /Stack with id stack does not exist/],
  ])('%s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });

  it('a second stack of a name, a second change set of a name, and an update without changes', () => {
    deploy('CREATE', plain);
    expect(() => change('CREATE', plain)).toThrow('already exists');
    change('UPDATE', plain);
    expect(() => change('UPDATE', plain)).toThrow('exists already');
    expect(call('DescribeChangeSet')).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining("didn't contain changes"),
    });
    expect(() => call('ExecuteChangeSet')).toThrow('FAILED');
  });

  it('an update of a stack that was rolled back', () => {
    account.make('', 'Queue', QUEUE);
    deploy('CREATE', { Resources: { Bucket: BUCKET, Queue: QUEUE } });
    expect(cloudFormation.stack('stack')?.status).toBe('ROLLBACK_COMPLETE');
    expect(() => change('UPDATE', plain)).toThrow('is in ROLLBACK_COMPLETE state and can not be updated');
  });

  it('to delete a bucket with something in it, until it is empty', () => {
    deploy('CREATE', { Resources: { Bucket: BUCKET, Queue: QUEUE } });
    const [objects] = account.buckets.values();
    objects?.set('key', { body: Buffer.from(''), metadata: {}, modified: new Date() });
    call('DeleteStack');
    expect(cloudFormation.stack('stack')?.status).toBe('DELETE_FAILED');
    expect(account.ofType('AWS::SQS::Queue')).toEqual([]);
    objects?.clear();
    call('DeleteStack');
    expect(cloudFormation.stack('stack')).toBeUndefined();
  });
});
