import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundle, deployedSettings } from '../support/bundle.ts';
import type { Bench, Section } from './bench.ts';
import { startFunction } from './process.ts';
import { requestsFor } from './requests.ts';
import { quantile } from './statistics.ts';

/** Requests of one block. */
const BLOCK = 500;

/** A database in memory that knows one kind of user and takes every write. */
const MEMORY = `
  const root = {
    sk: 'STATE#USER', sequence: 3, resourceOwner: 'owner', phone: '+41791234567', phoneVerified: true,
    verifiedPhone: '+41791234567',
    creationDate: '2026-01-01T00:00:00.000Z', changeDate: '2026-01-01T00:00:00.000Z',
  };
  export const createDocumentClient = () => ({
    send: async ({ input }) => ('TransactItems' in input ? {} : { Items: [root] }),
  });`;

const inMemory: Plugin = {
  name: 'in-memory',
  setup(build) {
    build.onLoad({ filter: /lib\/storage\/client\.ts$/ }, () => ({ contents: MEMORY, loader: 'js' }));
  },
};

/** What the service itself computes for a request: everything but the SDK and the network. */
export const measureOwnCode = async ({ stage, worker, noise, quick }: Bench): Promise<Section> => {
  const settings = await deployedSettings();
  const { code } = await bundle(
    { file: 'functions/addOtpSms.ts' },
    { ...settings, plugins: [inMemory, ...(settings.plugins ?? [])] },
  );
  const file = join(stage.folder, 'own-code.cjs');
  await writeFile(file, code);
  const started = await startFunction(worker, file, stage.environment);
  const users = Array.from({ length: BLOCK }, (_, i) => `user-${i}`);
  const requests = await requestsFor(stage.issuer, users);
  const blocks: number[] = [];
  for (let block = 0; block < (quick ? 12 : 60); block++) {
    noise.probe();
    const { times, statuses } = await started.call({ requests });
    if (statuses.some((status) => status !== 200)) throw new Error('A measured request was refused');
    blocks.push((times.reduce((sum, time) => sum + time, 0) / BLOCK) * 1_000);
  }
  await started.stop();
  // What disturbs a measurement only ever adds to it: the steady blocks are the fast ones.
  const value = quantile(blocks.slice(blocks.length / 3), 0.2);
  return {
    title: 'Own code, over a database in memory (µs a request)',
    columns: ['steady', 'median'],
    rows: [['ours', value, quantile(blocks, 0.5)]],
    figures: [{ name: 'own code of a request', value, unit: 'µs', goal: { atMost: 75 } }],
  };
};
