import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { LOOPBACK } from '../../infra/local/ports.ts';
import type { AwsService } from '../packaged/gate.ts';

/** Another service that a request waits for. */
export type Service = 'DynamoDB' | 'KMS' | 'SMS';

/** The services that were asked while the same answers were awaited. */
export type Round = readonly Service[];

/** A door in front of the services of AWS that lets requests pass at once, late, or in rounds. */
export type Door = {
  readonly url: string;
  /**
   * Carries out some work, round by round: what is asked is held until nothing more is asked without an answer, then all of
   * it is answered. So many rounds as it takes, so many answers the work waits for in a row.
   */
  inRounds<Result>(
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly rounds: readonly Round[] }>;
  /** Carries out some work while each service answers so many milliseconds late. */
  delayed<Result>(ms: Readonly<Record<Service, number>>, work: () => Promise<Result>): Promise<Result>;
  close(): void;
};

/** What stands behind the door. */
export type Behind = { readonly dynamoDb: string; readonly kms: AwsService; readonly sms: AwsService };

/** Turns of the event loop in which nothing is asked before whoever works is taken to wait for answers. */
const QUIET_TURNS = 200;

const SERVICES: Readonly<Record<string, Service>> = {
  DynamoDB_20120810: 'DynamoDB',
  TrentService: 'KMS',
  PinpointSMSVoiceV2: 'SMS',
};

/** Starts the door; the work must be done in this process, whose event loop tells when it waits. */
export const startDoor = async ({ dynamoDb, kms, sms }: Behind): Promise<Door> => {
  const atOnce = async (_: Service): Promise<void> => {};
  let admit = atOnce;
  let arrivals = 0;
  let underWay = 0;

  const forward = async (headers: Record<string, string>, body: Buffer) => {
    const answer = await fetch(dynamoDb, { method: 'POST', headers, body: new Uint8Array(body) });
    return { status: answer.status, text: await answer.text() };
  };
  const ask = async (service: AwsService, operation: string, body: Buffer) => {
    const { status, body: output } = await service(operation, JSON.parse(body.toString()));
    return { status, text: JSON.stringify(output) };
  };

  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    arrivals++;
    underWay++;
    const body = await buffer(incoming);
    const { host: _, connection: __, ...headers } = incoming.headers as Record<string, string>;
    const { 'x-amz-target': target = '', 'content-type': type = '' } = headers;
    const [prefix = '', operation = ''] = target.split('.');
    const service = SERVICES[prefix];
    if (!service) throw new Error(`Nobody knows the service of ${target}`);
    const admitted = admit(service);
    underWay--;
    await admitted;
    underWay++;
    const { status, text } =
      service === 'DynamoDB' ? await forward(headers, body) : await ask(service === 'KMS' ? kms : sms, operation, body);
    response.writeHead(status, { 'content-type': type }).end(text, () => underWay--);
  };
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));

  const under = async <Result>(rule: typeof admit, work: () => Promise<Result>): Promise<Result> => {
    admit = rule;
    return work().finally(() => {
      admit = atOnce;
    });
  };

  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    delayed: (ms, work) => under((service) => sleep(ms[service]), work),
    async inRounds(work) {
      const rounds: Round[] = [];
      const held: { readonly service: Service; readonly release: () => void }[] = [];
      let isOver = false;
      const hold = (service: Service) => new Promise<void>((release) => held.push({ service, release }));
      const working = under(hold, work).finally(() => {
        isOver = true;
      });
      working.catch(() => {});
      while (!isOver) {
        for (let quiet = 0, seen = arrivals; quiet < QUIET_TURNS && !isOver; quiet++) {
          await turn();
          if (underWay > 0 || arrivals !== seen) [quiet, seen] = [0, arrivals];
        }
        if (held.length === 0) continue;
        rounds.push(held.map(({ service }) => service));
        for (const { release } of held.splice(0)) release();
      }
      return { result: await working, rounds };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
};
