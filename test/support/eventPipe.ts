import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { fill, matches, at as read, recordOf, type StreamRecord } from './eventBridge.ts';

const text = readFileSync(new URL('../../infra/events.yml', import.meta.url), 'utf8');

/** The pipe from the table's stream to the bus, as the template describes it. */
export const { Properties: pipe } = parse(text).Resources.EventPipe;

const pattern = JSON.parse(pipe.SourceParameters.FilterCriteria.Filters[0].Pattern);

/** Whether the pipe lets a record pass. */
export const passes = (record: StreamRecord): boolean => matches(pattern, record);

/** What the pipe puts on the bus for a record. */
export const delivered = (record: StreamRecord) => {
  const { DetailType, Time } = pipe.TargetParameters.EventBridgeEventBusParameters;
  return {
    source: 'otp-sms-factor',
    'detail-type': read(DetailType, record),
    time: read(Time, record),
    detail: fill(pipe.TargetParameters.InputTemplate, record) as Record<string, unknown>,
  };
};

/** What comes to the bus of the items of a table. */
export const toldOf = (items: readonly Record<string, unknown>[]) =>
  items
    .map((item) => recordOf(item))
    .filter(passes)
    .map(delivered);
