import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../support/cloud/cloud.ts';
import { linkService, runServerless, SMS_SETTINGS, TOKEN_SETTINGS } from '../support/package.ts';

const readme = readFileSync(new URL('../../infra/README.md', import.meta.url), 'utf8');

/** The key of the alarms' topic, which nobody needs once there are no alarms. */
const ALARM_KEY = 1;

/** Each command packages, and the machine may have other things to do. */
const PATIENT = { timeout: 180_000 };

let cloud: Cloud;
let root: string;
beforeAll(async () => {
  cloud = await startCloud();
  root = await mkdtemp(join(tmpdir(), 'otp-sms-factor-deploy-'));
  await linkService(root);
});
afterAll(async () => {
  cloud?.close();
  if (root) await rm(root, { recursive: true });
});

const serverless = (...args: string[]) =>
  runServerless(root, args, { ...TOKEN_SETTINGS, ...SMS_SETTINGS, ...cloud.environment });

const statusOf = (stage: string) => cloud.cloudFormation.stack(`otp-sms-factor-${stage}`)?.status;

/** What stands in the account, whichever stack it belongs to. */
const standing = () =>
  ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Lambda::Function', 'AWS::S3::Bucket'].map(
    (type) => cloud.account.ofType(type).length,
  );

describe('a stage that is to be tried and thrown away', PATIENT, () => {
  it('is refused before anything is made while a setting is missing', async () => {
    const settings = { ...TOKEN_SETTINGS, ...SMS_SETTINGS, ...cloud.environment, SMS_ORIGIN_HOST: ' ' };
    const { code, stderr } = await runServerless(root, ['deploy', '--stage', 'dev'], settings);
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([1, expect.stringMatching(/^Set SMS_ORIGIN_HOST: /)]);
    expect(cloud.cloudFormation.calls).toEqual([]);
    expect(standing()).toEqual([0, 0, 0, 0]);
  });

  it('is deployed', async () => {
    const { code, stdout, stderr } = await serverless('deploy', '--stage', 'dev');
    expect([code, statusOf('dev')], stderr + stdout).toEqual([0, 'UPDATE_COMPLETE']);
    expect(
      cloud.cloudFormation.stack('otp-sms-factor-dev')?.events.map(({ ResourceStatus }) => ResourceStatus),
    ).toEqual(
      expect.arrayContaining(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE']),
    );
    await cp(join(root, '.serverless'), join(root, 'dev'), { recursive: true });
    expect(stdout).toMatch(/npm run smoke -- https:\/\/httpapi\.execute-api\.region\.urlsuffix\/auth\/v1/);
  });

  it('is left alone when nothing has changed, and deployed all the same by force', async () => {
    const before = cloud.cloudFormation.calls.length;
    const again = await serverless('deploy', '--stage', 'dev', '--package', join(root, 'dev'));
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('No changes to deploy')]);
    expect(cloud.cloudFormation.calls.slice(before).map(({ action }) => action)).not.toContain('CreateChangeSet');

    const forced = await serverless('deploy', '--stage', 'dev', '--force');
    expect([forced.code, statusOf('dev')], forced.stderr).toEqual([0, 'UPDATE_COMPLETE']);
  });

  it('is removed whole, and deployed again', async () => {
    const removed = await serverless('remove', '--stage', 'dev');
    expect([removed.code, statusOf('dev'), standing()]).toEqual([0, undefined, [0, 0, 0, 0]]);
    const again = await serverless('deploy', '--stage', 'dev', '--package', join(root, 'dev'));
    expect([again.code, statusOf('dev')], again.stderr).toEqual([0, 'UPDATE_COMPLETE']);
  });
});

describe('the stage prod', PATIENT, () => {
  const folder = () => join(root, 'prod');
  const deploy = () => serverless('deploy', '--stage', 'prod', '--package', folder());
  const table = () => cloud.account.find('AWS::DynamoDB::Table', 'otp-sms-factor-prod');
  const call = (fields: Record<string, string>) => {
    const names = { StackName: 'otp-sms-factor-prod', ChangeSetName: 'table' };
    return cloud.cloudFormation.call(new URLSearchParams({ ...names, ...fields }));
  };

  it('keeps nothing but the protected table of a first deploy that failed, and is deployed once that is deleted', async () => {
    const { code, stderr } = await serverless('package', '--stage', 'prod', '--package', folder());
    expect(code, stderr).toBe(0);
    const obstacle = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'otp-sms-factor-prod-lost-events' } };
    const queue = cloud.account.make('', 'LostEvents', obstacle);
    const before = standing();

    const failed = await deploy();
    expect([failed.code, statusOf('prod')], failed.stdout).toEqual([1, 'UPDATE_ROLLBACK_COMPLETE']);
    expect(failed.stdout).toContain('otp-sms-factor-prod-lost-events already exists');
    const [tables = 0, keys, functions, buckets = 0] = before;
    expect(standing()).toEqual([tables + 1, keys, functions, buckets + 1]);

    cloud.account.delete(queue);
    const again = await deploy();
    expect([again.code, again.stdout]).toEqual([1, expect.stringContaining('otp-sms-factor-prod already exists')]);

    const left = table();
    if (!left) throw new Error('There is no table');
    left.protected = false; // `update-table --no-deletion-protection-enabled`
    cloud.account.delete(left);
    expect([(await deploy()).code, statusOf('prod')]).toEqual([0, 'UPDATE_COMPLETE']);
  });

  it('leaves its table and its keys behind when it is removed, and takes the table up again', async () => {
    const kept = table();
    const [, keys = 0] = standing();
    expect([(await serverless('remove', '--stage', 'prod')).code, statusOf('prod')]).toEqual([0, undefined]);
    expect([table(), standing()[1]]).toEqual([kept, keys - ALARM_KEY]);

    const toImport = JSON.parse(/--resources-to-import '([^']+)'/.exec(readme)?.[1] ?? '');
    const [{ ResourceType, LogicalResourceId, ResourceIdentifier }] = toImport;
    const script =
      /node -p "(.+)" > \.serverless\/table\.json/.exec(readme)?.[1]?.replace('./.serverless', './prod') ?? '';
    const TemplateBody = execFileSync(process.execPath, ['-p', script], { cwd: root }).toString();
    call({
      Action: 'CreateChangeSet',
      ChangeSetType: 'IMPORT',
      TemplateBody,
      'ResourcesToImport.member.1.ResourceType': ResourceType,
      'ResourcesToImport.member.1.LogicalResourceId': LogicalResourceId,
      'ResourcesToImport.member.1.ResourceIdentifier.entry.1.value': ResourceIdentifier.TableName,
    });
    call({ Action: 'ExecuteChangeSet' });
    expect(statusOf('prod')).toBe('IMPORT_COMPLETE');
    const again = await deploy();
    expect([again.code, statusOf('prod'), table()], again.stdout).toEqual([0, 'UPDATE_COMPLETE', kept]);
  });
});
