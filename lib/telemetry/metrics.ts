import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Measurement } from './measurements.ts';

/** The metrics of a request as one line of CloudWatch's embedded metric format. */
export class RequestMetrics extends Metrics {
  /** Empty where Powertools' settings disable metrics. */
  line(measurements: readonly Measurement[]): string {
    if (this.isDisabled()) return '';
    const parts = measurements.map((measurement) => this.#serialize(measurement));
    const directives = parts.flatMap(({ _aws }) => _aws.CloudWatchMetrics);
    const line = { ...Object.assign({}, ...parts), _aws: { Timestamp: Date.now(), CloudWatchMetrics: directives } };
    return `${JSON.stringify(line)}\n`;
  }

  /** Each metric has a directive of its own: in a common one it would be published, and paid, by everyone's dimensions. */
  #serialize({ name, unit, values, dimensions }: Measurement) {
    this.addDimensions({});
    if (dimensions) this.addDimensions(dimensions);
    for (const value of values) this.addMetric(name, unit, value);
    const part = this.serializeMetrics();
    this.clearMetrics();
    this.clearDimensions();
    return part;
  }
}
