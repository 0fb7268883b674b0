import { describe, expect, it } from 'vitest';
import type { Template } from '../support/package.ts';
import { problemsOf, WILDCARD_REASONS } from '../support/template.ts';

const queue = { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } };
const pipe = {
  Type: 'AWS::Pipes::Pipe',
  Properties: { RoleArn: 'arn', Source: { 'Fn::GetAtt': ['Queue', 'Arn'] }, Target: { 'Fn::GetAtt': 'Queue.Arn' } },
};
const policy = (Action: unknown, Resource: unknown, Effect = 'Allow') => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'one', PolicyDocument: { Statement: [{ Effect, Action, Resource }] } },
});

const template = (Resources: object, others: object = {}): Template =>
  ({
    Resources: { Queue: queue, ...Resources },
    Parameters: {},
    Conditions: {},
    ...others,
  }) as unknown as Template;

const withQueue = (Properties: object, others: object = {}) => template({ Queue: { ...queue, Properties, ...others } });
const withPipe = (properties: object) =>
  template({ Pipe: { ...pipe, Properties: { ...pipe.Properties, ...properties } } });

describe('what is told of a template', () => {
  it.each<[string, Template]>([
    [
      'resources and references of every kind',
      withPipe({ Tags: { a: { 'Fn::Sub': `\${Queue.QueueName}-\${AWS::Region}` } } }),
    ],
    [
      'a value of its own in a text',
      withQueue({ QueueName: { 'Fn::Sub': [`\${Own}-\${!Not}`, { Own: { Ref: 'Queue' } }] } }),
    ],
    [
      'a condition',
      template({ Other: { ...queue, Condition: 'Yes', DependsOn: 'Queue' } }, { Conditions: { Yes: {} } }),
    ],
    ['a grant of one action on one resource', template({ Policy: policy('sqs:SendMessage', { Ref: 'Queue' }) })],
    ['a denial of many', template({ Policy: policy('sqs:*', '*', 'Deny') })],
  ])('is nothing of %s', (_, sound) => {
    expect(problemsOf(sound)).toEqual([]);
  });

  it.each<[string, Template, string]>([
    ['an unknown type', template({ Queue: { Type: 'AWS::SQS::Queues' } }), 'Queue: there is no type AWS::SQS::Queues'],
    ['an unknown part', withQueue({}, { Propertys: {} }), 'Queue: no resource has Propertys'],
    ['an unknown property', withQueue({ DelaySecond: 1 }), 'Queue has no DelaySecond'],
    ['a number that is a text', withQueue({ DelaySeconds: 'one' }), 'Queue.DelaySeconds is no whole number'],
    ['a text that is a number', withQueue({ QueueName: 1 }), 'Queue.QueueName is no text'],
    ['a truth that is a text', withQueue({ FifoQueue: 'yes' }), 'Queue.FifoQueue is not true or false'],
    ['no list', withQueue({ Tags: {} }), 'Queue.Tags is no list'],
    ['an incomplete tag', withQueue({ Tags: [{ Key: 'a' }] }), 'Queue.Tags.0 lacks Value'],
    [
      'a property that is missing',
      template({ Pipe: { ...pipe, Properties: { RoleArn: 'arn', Source: 'arn' } } }),
      'Pipe lacks Target',
    ],
    [
      'a value that is none of a few',
      withPipe({ DesiredState: 'ON' }),
      'Pipe.DesiredState is none of RUNNING, STOPPED',
    ],
    [
      'an unknown property further in',
      withPipe({ SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST', Batch: 1 } } }),
      'Pipe.SourceParameters.DynamoDBStreamParameters has no Batch',
    ],
    ['Ref to nothing', withQueue({ QueueName: { Ref: 'Nothing' } }), 'Queue: Ref Nothing'],
    ['Fn::GetAtt of nothing', withPipe({ RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }), 'Pipe: Fn::GetAtt Role.Arn'],
    [
      'Fn::GetAtt of an unknown attribute',
      withPipe({ RoleArn: { 'Fn::GetAtt': 'Queue.Arm' } }),
      'Pipe: Fn::GetAtt Queue.Arm',
    ],
    ['Fn::Sub with nothing', withQueue({ QueueName: { 'Fn::Sub': `\${Nothing}` } }), `Queue: \${Nothing}`],
    [
      'Fn::Sub with an unknown attribute',
      withQueue({ QueueName: { 'Fn::Sub': `\${Queue.Nam}` } }),
      `Queue: \${Queue.Nam}`,
    ],
    ['an unknown condition', withQueue({}, { Condition: 'Maybe' }), 'Queue: Condition Maybe'],
    [
      'Fn::If of an unknown condition',
      withQueue({ DelaySeconds: { 'Fn::If': ['Maybe', 1, 2] } }),
      'Queue: Fn::If Maybe',
    ],
    ['DependsOn nothing', withQueue({}, { DependsOn: ['Nothing'] }), 'Queue: DependsOn Nothing'],
    ['an output of nothing', template({}, { Outputs: { Out: { Value: { Ref: 'Nothing' } } } }), 'Out: Ref Nothing'],
    ['a name given twice', template({}, { Parameters: { Queue: {} } }), 'Queue is a parameter and a resource'],
    ['every action', template({ Policy: policy(['sqs:ListQueues', 'sqs:*'], 'arn') }), 'Policy: sqs:*'],
    ['every resource', template({ Policy: policy('sqs:SendMessage', { 'Fn::Sub': 'arn:*' }) }), 'Policy: arn:*'],
  ])('is %s', (_, broken, problem) => {
    expect(problemsOf(broken)).toEqual([problem]);
  });

  it('lets a wildcard pass for one of the reasons that are written down, each in a place of its own', () => {
    const places = [
      'CodeKey: kms:DescribeKey, kms:EnableKey on *',
      'GetPhoneRole: xray:PutTraceSegments, xray:PutTelemetryRecords on *',
    ];
    expect(places.map((place) => WILDCARD_REASONS.findIndex(({ grant }) => grant.test(place)))).toEqual([0, 1]);
    for (const other of ['GetPhoneRole: sqs:SendMessage on *', 'EventPipeRole: *', 'CodeKey: kms:*'])
      expect(WILDCARD_REASONS.some(({ grant }) => grant.test(other))).toBe(false);
  });
});
