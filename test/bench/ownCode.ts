import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { bundle, deployedSettings } from '../support/bundle.ts';
import type { Bench, Section } from './bench.ts';
import type { Noise } from './noise.ts';
import { type FunctionProcess, startFunction } from './process.ts';
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
  export const attemptedOnce = (command) => command;
  export const createDocumentClient = () => ({
    send: async ({ input }) => ('TransactItems' in input ? {} : { Items: [root] }),
  });`;

const inMemory: Plugin = {
  name: 'in-memory',
  setup(build) {
    build.onLoad({ filter: /lib\/storage\/client\.ts$/ }, () => ({ contents: MEMORY, loader: 'js' }));
  },
};

/** The nearest call of another service in the same language, as its own modules: it cannot be bundled into one file. */
const PEER = fileURLToPath(new URL('variants/betterAuth.ts', import.meta.url));

/** Requests of a block of the peer, which takes many times as long. */
const PEER_BLOCK = 25;

/** What the service itself computes for a request: everything but the SDK and the network. */
export const measureOwnCode = async ({ stage, worker, noise, quick }: Bench): Promise<Section> => {
  const settings = await deployedSettings();
  const { code } = await bundle(
    { file: 'functions/addOtpSms.ts' },
    { ...settings, plugins: [inMemory, ...(settings.plugins ?? [])] },
  );
  const file = join(stage.folder, 'own-code.cjs');
  await writeFile(file, code);
  const users = Array.from({ length: BLOCK }, (_, i) => `user-${i}`);
  const requests = await requestsFor(stage.issuer, users);
  // One after the other: each would find the processor's caches full of the other's.
  const ours = await blocksOf(await startFunction(worker, file, stage.environment), requests, quick ? 40 : 60, noise);
  const some = requests.slice(0, PEER_BLOCK);
  const peer = await blocksOf(await startFunction(worker, PEER, stage.environment), some, quick ? 12 : 60, noise);
  // What disturbs a measurement only ever adds to it: the steady blocks are the fast ones.
  const steady = (blocks: readonly number[]) => quantile(blocks.slice(blocks.length / 3), 0.2);
  const value = steady(ours);
  return {
    title: 'Own code, over a database in memory (µs a request)',
    columns: ['steady', 'median'],
    rows: [
      ['ours', value, quantile(ours, 0.5)],
      ['better-auth: two-factor/enable', steady(peer), quantile(peer, 0.5)],
    ],
    figures: [
      { name: 'own code of a request', value, unit: 'µs', goal: { atMost: 75 } },
      { name: "own code ÷ better-auth's", value: value / steady(peer), unit: '×', goal: { atMost: 0.05 } },
    ],
  };
};

/** What a request takes on average, in µs, block by block of the same requests. */
const blocksOf = async (started: FunctionProcess, requests: readonly unknown[], count: number, noise: Noise) => {
  const blocks: number[] = [];
  while (blocks.length < count) {
    noise.probe();
    const { times, statuses } = await started.call({ requests });
    if (statuses.some((status) => status !== 200)) throw new Error(`${started.bundle} refused a request`);
    blocks.push((times.reduce((sum, time) => sum + time, 0) / times.length) * 1_000);
  }
  await started.stop();
  return blocks;
};
