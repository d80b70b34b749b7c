export * from "./bodies.ts";
