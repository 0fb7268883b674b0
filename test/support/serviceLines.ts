/** A line that the service writes for its operators: of the log, or of the metrics. */
export const isServiceLine = (line: string): boolean => /^\{"(level":.*"service"|_aws":|.*"_aws":)/.test(line);

type Check = (value: unknown) => boolean;

const text =
  (form: RegExp): Check =>
  (value) =>
    typeof value === 'string' && form.test(value);
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 100_000;

/** An object with known members only, each as it must be. */
const members =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, each]) => Object.hasOwn(checks, name) && checks[name]?.(each));

const NAME = text(/^[A-Za-z]{1,40}$/);
const REASON = text(/^[A-Z_]{2,40}$/);
const BUDGET = text(/^(login-)?(user|number|address|caller|country|service)$/);
/** As the tests make it, and as the local stack does. */
const REQUEST_ID = text(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|local)$/);
const SERVICE = text(/^otp-sms-factor(-(local|prod))?$/);

/** A frame of a stack: what is called, and where that stands. */
const PLACE = text(/^at [^+"]*(:\d+:\d+\)?|\(<anonymous>\)|\(index \d+\))$/);

const CAUSE: Check = (value) =>
  members({
    kind: text(/^[A-Za-z_$][\w$]{0,60}$/),
    code: (code) => code === undefined || typeof code === 'number' || text(/^[A-Za-z_][\w ]{0,120}$/)(code),
    at: PLACE,
    cause: CAUSE,
  })(value);

const LOG = members({
  level: text(/^(INFO|WARN|ERROR)$/),
  message: text(/^([A-Za-z]+ [A-Z_]+|(STEP_UP is off|SERVICE_SUBJECTS is \*): [a-z ,]+)$/),
  timestamp: text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  service: SERVICE,
  sampling_rate: number,
  requestId: REQUEST_ID,
  xray_trace_id: text(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  operation: NAME,
  status: number,
  code: REASON,
  reason: REASON,
  budget: BUDGET,
  cause: CAUSE,
  user: text(/^[0-9a-f]{16}$/),
  caller: text(/^[0-9a-f]{16}$/),
  durationMs: number,
  dynamoDb: members({ requests: number, readUnits: number, writeUnits: number }),
  conflicts: number,
});

const METRICS = members({
  _aws: () => true,
  service: SERVICE,
  operation: NAME,
  outcome: REASON,
  country: text(/^([A-Z]{2}|none)$/),
  limit: (value) => REASON(value) || BUDGET(value),
  Requests: number,
  CodesSent: number,
  CodesChecked: number,
  CodesFailed: number,
  CodesExpired: number,
  FactorsLocked: number,
  Faults: number,
  LimitsHit: number,
  ConflictsRetried: number,
  DynamoDbLatency: (value) => [value].flat().every(number),
});

/** What never stands in a line, whatever member it is in. */
const SECRETS = {
  'a phone number': /\+\d{7,15}/,
  'a token': /[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{8,}/,
  'a code': /(?<![\w.:-])\d{6,8}(?![\w.:-])/,
  'a hash': /[A-Za-z0-9+]{43}=|[0-9a-f]{64}/,
};

/** Why a line must not be written: what stands in it that may be a secret, or in a place that nothing is known of. */
export const faultsOf = (line: string): readonly string[] => {
  const value = JSON.parse(line);
  const known = '_aws' in value ? METRICS(value) : LOG(value);
  return [
    ...Object.entries(SECRETS).flatMap(([name, form]) => (form.test(line) ? [name] : [])),
    ...(known ? [] : ['a member that is unknown, or not of its form']),
  ];
};

/** The lines of a text, each with its end. */
export const linesOf = (text: string): string[] => text.match(/.*\n|.+$/g) ?? [];

/** Throws when one of the service's lines holds what may be a secret. */
export const examine = (lines: readonly string[]): void => {
  const faulty = lines.flatMap((line) => {
    const faults = faultsOf(line);
    return faults.length > 0 ? [`${faults.join(', ')}: ${line}`] : [];
  });
  if (faulty.length > 0) throw new Error(`The service wrote what it must not\n${faulty.join('')}`);
};
