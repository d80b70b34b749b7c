/** The numbers of the message's form, as the definition of version 1 has them. */

/** Version 1; the versions to come count on from here. */
export const version = 0x61;
export const leastVersion = 0x60;
export const mostVersion = 0x6f;

export const mode = { skip: 0, fingerprint: 1, idList: 2 } as const;

export const fingerprintBytes = 16;
