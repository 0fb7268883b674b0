/** A message on its way to a phone. */
export type Message = {
  /** E.164. */
  readonly to: string;
  /** One GSM-7 segment. */
  readonly body: string;
  /** Seconds after which delivering it makes no sense any more. */
  readonly timeToLive: number;
};

/** Sends short messages. */
export type SmsSender = {
  /**
   * Hands a message to the network, once: what may have been accepted is never offered again.
   *
   * Throws SMS_COUNTRY_BLOCKED, SMS_OPTED_OUT, SMS_PRICE_TOO_HIGH, SMS_NOT_DELIVERABLE, SMS_SPEND_LIMIT_REACHED,
   * SMS_UNAVAILABLE when nobody knows, or INTERNAL when the request itself was wrong.
   */
  send(message: Message, signal?: AbortSignal): Promise<void>;
};
