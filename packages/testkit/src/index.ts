/** What tests share: sample messages, vectors, a fixed clock, seeded randomness, programs as processes. */
export * from "./bodies.ts";
export * from "./converse.ts";
export * as dealStory from "./deal-story.ts";
export * from "./diagnostic.ts";
export * from "./dialogue/dialogue.ts";
export * from "./dialogue/play.ts";
export * from "./fixed-clock.ts";
export { hpkeSeal } from "./hpke.ts";
export * from "./node-program.ts";
export * from "./numbered-items.ts";
export * from "./seeded-random.ts";
export * from "./temporary-folder.ts";
export * from "./told.ts";
export * from "./vectors.ts";
export * from "./virtual-time.ts";
export * from "./withholding-relay.ts";
