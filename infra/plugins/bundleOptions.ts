import type { BuildOptions } from 'esbuild';

/** What only deployments that trust phone claims ever load: the numbering plans of all countries, 122 kB. */
const CLAIMS = ['*/claimedPhone.ts'];

/** The options that functions are bundled with: those of infra/esbuild.yml, for the settings that they will run with. */
export const bundleOptions = (esbuild: BuildOptions, { TRUST_PHONE_CLAIMS }: Readonly<Record<string, unknown>>) =>
  TRUST_PHONE_CLAIMS === 'true' ? esbuild : { ...esbuild, external: [...(esbuild.external ?? []), ...CLAIMS] };
