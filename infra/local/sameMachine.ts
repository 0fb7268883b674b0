import type { IncomingHttpHeaders } from 'node:http';

/** What a URL calls this machine. */
const NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

const isLoopback = (url: string): boolean => NAMES.has(URL.parse(url)?.hostname ?? '');

/**
 * Whether a request was meant for this machine, and comes from no page but one of this machine.
 *
 * Listening on loopback keeps other machines out, not the pages that a browser on this one has open: any of them can send
 * requests here, and read the answers under a name of its own that it points to 127.0.0.1 (DNS rebinding).
 */
export const isOfThisMachine = ({ host = '', origin }: IncomingHttpHeaders): boolean =>
  isLoopback(`http://${host}`) && (origin === undefined || isLoopback(origin));

/** The headers by which a page of this machine, at whatever port, may read the answer. */
export const corsHeaders = ({ origin }: IncomingHttpHeaders): Record<string, string> =>
  origin === undefined
    ? {}
    : {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET,POST,PUT',
        'access-control-allow-headers': 'content-type',
        vary: 'origin',
      };
