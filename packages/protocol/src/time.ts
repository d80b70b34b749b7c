/** Time in the protocol: whole seconds, no zones, no milliseconds (spec/02-wire-profile). */

/** Seconds since 1970-01-01T00:00:00Z. */
export type UnixSeconds = number;

/** A length of time in seconds. */
export type Seconds = number;

export const minute: Seconds = 60;
export const hour: Seconds = 60 * minute;
export const day: Seconds = 24 * hour;
