/** Sizes that are part of the protocol: an implementation that chose its own would split the network. */

/** Items nest at most this deep; the outermost is at depth 1. */
export const maxDepth = 16;

/** Bytes of a message's body. */
export const maxBodyBytes = 16 * 1024;

/** The sizes to which the plaintext of a sealed message is padded: its true length shows to this extent only. */
export const sealedPlaintextBytes = [1024, 2048, 4096, 8192, 16_384, 32_768] as const;

/** Bytes of a sealed message: the largest plaintext, its tag, and the fixed form around it. */
export const maxSealedBytes = 32_768 + 512;

/** Bytes of one frame between client and relay. */
export const maxFrameBytes = 64 * 1024;

/** Counter-offers in one deal. */
export const maxRounds = 8;

/** Bytes of a deal bundle. */
export const maxBundleBytes = 1024 * 1024;

/**
 * Bytes that a deal may reach by a message of a kind whose number is not bounded: offers, updates and notes. What
 * remains of a bundle is room for the kinds that are: counters, and one each of award, order, receipt and decline.
 */
export const maxTalkBytes = 512 * 1024;

/** Seconds by which the clocks of two parties to a deal may differ. */
export const maxSkewSeconds = 5 * 60;
