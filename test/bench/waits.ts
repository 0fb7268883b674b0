import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../support/rounds.ts';
import { WAITS } from '../support/waits.ts';
import type { Bench, Section } from './bench.ts';
import { createCaller } from './callers.ts';
import { functionsOf } from './inProcess.ts';
import { PROVING, startServices, within } from './services.ts';
import { silenceLog } from './silenceLog.ts';
import { median } from './statistics.ts';

/** Milliseconds that an answer of each service takes in the cloud. */
const ANSWER_MS: Readonly<Record<Service, number>> = { DynamoDB: 5, KMS: 15, SMS: 150 };

/** Milliseconds until the next message may be sent. */
const RESEND_WAIT_MS = 1_100;

const SETTINGS = { RESEND_WAIT_SECONDS: '1' } as const;

/** How many answers of other services each operation waits for one after the other, which is what a user waits for. */
export const measureWaits = async ({ stage, noise, quick }: Bench): Promise<Section> => {
  const services = await startServices(stage);
  const { door } = services;
  const rows: [string, ...number[]][] = [];
  const speak = silenceLog();
  await within(services, async () => {
    const silent = functionsOf(stage, services, SETTINGS);
    const proving = functionsOf(stage, services, { ...SETTINGS, ...PROVING });
    for (const { title, waits, proof, prepare } of WAITS) {
      noise.probe();
      const prepared = async () => {
        const caller = await createCaller(stage.issuer, services, proof ? proving : silent);
        return prepare({ ...caller, waitForNextMessage: () => sleep(RESEND_WAIT_MS) });
      };
      await (await prepared())(); // opens connections and derives keys, as a function's warm-up does
      const { rounds } = await door.inRounds(await prepared());
      const times: number[] = [];
      for (let run = 0; run < (quick ? 1 : 5); run++) {
        const request = await prepared();
        const start = performance.now();
        await door.delayed(ANSWER_MS, request);
        times.push(performance.now() - start);
      }
      const awaited = rounds.map((round) => Math.max(...round.map((service) => ANSWER_MS[service])));
      rows.push([title, rounds.length, waits, awaited.reduce((sum, ms) => sum + ms, 0), median(times)]);
    }
  });
  speak();
  door.close();
  return {
    title: `Answers awaited in a row (DynamoDB ${ANSWER_MS.DynamoDB} ms, KMS ${ANSWER_MS.KMS} ms, SMS ${ANSWER_MS.SMS} ms)`,
    columns: ['in a row', 'goal', 'ms of waiting', 'measured ms'],
    rows,
    figures: rows.map(([title, value = Number.NaN, atMost = Number.NaN]) => ({
      name: `answers in a row: ${title}`,
      value,
      unit: '',
      goal: { atMost },
    })),
  };
};
