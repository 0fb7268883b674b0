import { type Environment, optional } from '../config/env.ts';
import { RequestLogger } from './log.ts';
import { isFailure, logEntry } from './logEntry.ts';
import { measurementsOf } from './measurements.ts';
import { RequestMetrics } from './metrics.ts';
import type { Publish, Write } from './report.ts';

/** Where operators read. */
export const toStdout: Write = (text) => void process.stdout.write(text);

/** What the service is called where a deployment does not say. */
const NAME = 'otp-sms-factor';

/** What the service is called in its lines. */
export const serviceName = (env: Environment): string => optional(env, 'POWERTOOLS_SERVICE_NAME') ?? NAME;

/** Tells of each request by one line for the log and one for the metrics, written at one go. */
export const createPublisher = (env: Environment): Publish => {
  const namespace = optional(env, 'POWERTOOLS_METRICS_NAMESPACE') ?? NAME;
  const lines: string[] = [];
  const logger = new RequestLogger(serviceName(env), (line) => lines.push(line));
  const metrics = new RequestMetrics({ serviceName: serviceName(env), namespace });
  return (report, write = toStdout) => {
    const entry = logEntry(report);
    if (isFailure(report)) logger.error(entry);
    else logger.info(entry);
    lines.push(metrics.line(measurementsOf(report)));
    write(lines.splice(0).join(''));
  };
};
