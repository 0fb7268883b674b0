import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { BuildOptions } from 'esbuild';
import { type Bundle, bundle, deployedSettings } from '../support/bundle.ts';

/** A function to measure, bundled. */
export type Variant = {
  readonly name: string;
  readonly file: string;
  /** Bytes of the bundle, and of its archive. */
  readonly size: number;
  readonly archive: number;
  /** The largest parts of it: bytes by package. */
  readonly parts: Readonly<Record<string, number>>;
};

/** esbuild as it comes, for a function on Node 24. */
const DEFAULTS: BuildOptions = { bundle: true, minify: true, platform: 'node', target: 'node24', format: 'cjs' };

/** The operation that is measured. */
const MEASURED = 'functions/addOtpSms.ts';

const SOURCES = {
  hello: { file: 'test/bench/variants/hello.ts' },
  'hello + TLS': { file: 'test/bench/variants/helloTls.ts' },
  'bare SDK': { file: 'test/bench/variants/bareSdk.ts' },
  plain: { file: 'test/bench/variants/plain.ts' },
  unprimed: {
    code: `import { createFunction } from './http/createFunction.ts';
      import { addOtpSms } from './operations/addOtpSms.ts';
      export const { handler } = createFunction(addOtpSms);`,
  },
  toggle: {
    code: `import { createFunction } from './http/createFunction.ts';
      import { addOtpSms } from './operations/addOtpSms.ts';
      import { removeOtpSms } from './operations/removeOtpSms.ts';
      const [add, remove] = [addOtpSms, removeOtpSms].map((operation) => createFunction(operation).handler);
      export const handler = (event, context) => (event.removes ? remove : add)(event, context);`,
  },
  trusting: { file: MEASURED },
  ours: { file: MEASURED },
} as const;

export type VariantName = keyof typeof SOURCES;

/** Bundled by esbuild's defaults. */
const BASELINES: ReadonlySet<VariantName> = new Set(['hello', 'hello + TLS', 'bare SDK', 'plain']);

const settingsOf = async (name: VariantName): Promise<BuildOptions> =>
  BASELINES.has(name) ? DEFAULTS : deployedSettings(name === 'trusting' ? { TRUST_PHONE_CLAIMS: 'true' } : {});

const NAMES = Object.keys(SOURCES) as VariantName[];

const partsOf = ({ bytes }: Bundle): Record<string, number> => {
  const parts: Record<string, number> = {};
  for (const [path, size] of Object.entries(bytes)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1] ?? 'own code';
    parts[name] = (parts[name] ?? 0) + size;
  }
  return Object.fromEntries(Object.entries(parts).sort(([, one], [, other]) => other - one));
};

/** Bundles every variant into a folder: ours as it is deployed, the others by esbuild's defaults. */
export const buildVariants = async (folder: string): Promise<Readonly<Record<VariantName, Variant>>> => {
  const entries = await Promise.all(
    NAMES.map(async (name) => {
      const built = await bundle(SOURCES[name], await settingsOf(name));
      const file = join(folder, `${name.replace(/\W+/g, '-')}.cjs`);
      await writeFile(file, built.code);
      const archive = deflateRawSync(built.code, { level: 9 }).length;
      return [name, { name, file, size: built.code.length, archive, parts: partsOf(built) }] as const;
    }),
  );
  return Object.fromEntries(entries) as Record<VariantName, Variant>;
};

/** Bundles what the fresh processes run; returns its file. */
export const buildWorker = async (folder: string): Promise<string> => {
  const file = join(folder, 'worker.cjs');
  await writeFile(file, (await bundle({ file: 'test/bench/worker.ts' }, DEFAULTS)).code);
  return file;
};
