import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../lib/errors/errors.ts';
import { createPublisher } from '../../lib/telemetry/publisher.ts';
import { createRequestStats } from '../../lib/telemetry/requestStats.ts';
import { linesOf } from '../support/serviceLines.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The lines that tell of a request. */
const told = (refusal?: ApiError, env: Record<string, string> = {}) => {
  const written: string[] = [];
  const publish = createPublisher(env);
  const stats = createRequestStats();
  publish({ requestId: 'r', operation: 'AnRpc', status: 200, refusal, durationMs: 1.6, stats }, (text) => {
    written.push(text);
  });
  expect(written).toHaveLength(1);
  return linesOf(written.join('')).map((line) => JSON.parse(line));
};

describe('the publisher', () => {
  it('writes one line for the log and one for the metrics, at one go', () => {
    expect(told()).toEqual([
      expect.objectContaining({ level: 'INFO', service: 'otp-sms-factor', durationMs: 2 }),
      expect.objectContaining({ service: 'otp-sms-factor', Requests: 1 }),
    ]);
  });

  it('names the service and the namespace as the deployment does', () => {
    const [entry, metrics] = told(undefined, {
      POWERTOOLS_SERVICE_NAME: 'otp-sms-factor-prod',
      POWERTOOLS_METRICS_NAMESPACE: 'somewhere',
    });
    expect([entry.service, metrics.service]).toEqual(['otp-sms-factor-prod', 'otp-sms-factor-prod']);
    expect(metrics._aws.CloudWatchMetrics).toEqual([expect.objectContaining({ Namespace: 'somewhere' })]);
  });

  it('writes no metrics where they are switched off', () => {
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    expect(told()).toEqual([expect.objectContaining({ level: 'INFO' })]);
  });

  it('writes failures only, where that is the level', () => {
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'ERROR');
    expect(told(new ApiError('OTP_SMS_CODE_WRONG')).map(({ level }) => level)).toEqual([undefined]);
    expect(told(new ApiError('STORAGE_UNAVAILABLE')).map(({ level }) => level)).toEqual(['ERROR', undefined]);
  });

  it('works where Powertools samples', () => {
    vi.stubEnv('POWERTOOLS_LOGGER_SAMPLE_RATE', '1');
    expect(told()[0]).toMatchObject({ level: 'INFO', sampling_rate: 1 });
  });

  it('tells the trace that the request is in', () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1');
    expect(told()[0]).toMatchObject({ xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793' });
  });
});
