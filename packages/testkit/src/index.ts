/** What tests share: sample messages, vectors, a fixed clock, seeded randomness, programs as processes. */
export * from "./bodies.ts";
export * as dealStory from "./deal-story.ts";
export * from "./diagnostic.ts";
export * from "./fixed-clock.ts";
export * from "./node-program.ts";
export * from "./scenarios/all.ts";
export * from "./seeded-random.ts";
export * from "./temporary-folder.ts";
export * from "./vectors.ts";
