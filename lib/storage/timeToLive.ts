/** Seconds that an item stays after it expired, for whoever looks into what happened. */
const GRACE_SECONDS = 86_400;

/** The attribute by which DynamoDB deletes an item some time after it expired; it decides nothing. */
export const timeToLive = (expiresAt: string): { readonly ttl: number } => ({
  ttl: Math.ceil(new Date(expiresAt).getTime() / 1000) + GRACE_SECONDS,
});
