import { Logger } from '@aws-lambda-powertools/logger';
import type { Write } from './report.ts';

/** Powertools' logger on a way out that is handed in: its own is a console, which does more than a line needs. */
export class RequestLogger extends Logger {
  readonly #write: Write;

  constructor(serviceName: string, write: Write) {
    super({ serviceName });
    this.#write = write;
  }

  protected override printLog(...[, item]: Parameters<Logger['printLog']>): void {
    // Sampling is announced by the constructor above, when there is no way out yet.
    if (!(#write in this)) return;
    item.prepareForPrint();
    this.#write(`${JSON.stringify(item.getAttributes(), this.getJsonReplacer())}\n`);
  }
}
