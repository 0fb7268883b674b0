const OF_DAY = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const TO_THE_MINUTE = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });

/** The time of day, here, to the second. */
export const timeOf = (date: Date): string => OF_DAY.format(date);

/** The time of day, here, as clocks and phones show it. */
export const minuteOf = (date: Date): string => TO_THE_MINUTE.format(date);
