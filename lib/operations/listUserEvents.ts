import { accept, run } from '../domain/decision.ts';
import { createEventLog } from '../storage/eventLog.ts';
import { defineOperation } from './operation.ts';
import { eventOf } from './views.ts';

/** Events of a page where the caller does not say, and at the most. */
const PAGE_SIZE = { usual: 50, most: 100 } as const;

/** Digits, or nothing: a size, or the sequence that a page ends with. */
const readNumber = (text: string): number | undefined => (/^\d{0,15}$/.test(text) ? Number(text) : undefined);

/** Lists the log of a user, page by page: for a help desk. */
export const listUserEvents = defineOperation({
  service: null,
  rpc: 'ListUserEvents',
  http: 'GET /users/{user_id}/events',
  allows: { service: 'READ' },
  summary: 'List what happened to a user',
  description:
    'Lists the log of the user, the oldest event first: who did what and when. With the `nextPageToken` of a page as `pageToken` it goes on.',
  reads: true,
  fields: {
    pageSize: { number: 1, min: 0, max: 15, read: readNumber },
    pageToken: { number: 2, min: 0, max: 15, read: readNumber },
  },
  command: ({ client, config }) => {
    const log = createEventLog(client, config.table);
    return ({ pageSize, pageToken }, { userId, signal }) =>
      async (user, context) => {
        const outcome = run(() => accept(), user, undefined, context);
        if (outcome.refusal) return { outcome };
        const size = Math.min(pageSize || PAGE_SIZE.usual, PAGE_SIZE.most);
        return { outcome, secrets: { page: await log.page(userId, pageToken, size, signal) } };
      };
  },
  view: (_outcome, _context, { page = { events: [] } }) => ({
    ...(page.events.length > 0 && { events: page.events.map(eventOf) }),
    ...(page.last !== undefined && { nextPageToken: String(page.last) }),
  }),
});
