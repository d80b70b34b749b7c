/** What a buyer fills in before an intent is cast: everything but what the wallet adds. */
import type { Body, UnixSeconds } from "@intentcast/protocol";

/** An intent's body without nonce, time of issue and reply address; when it expires may be left to the wallet. */
export type Draft = Omit<Body<"intent">, "nonce" | "issued" | "reply" | "expires"> & {
  expires?: UnixSeconds;
};

/**
 * The category of a line whose buyer named none: a path of one segment, under which nothing lies. Sellers match such
 * a line by the words of its name.
 */
export const uncategorized = "uncategorized";
