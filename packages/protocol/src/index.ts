export * from "./bytes.ts";
export * from "./filter/filter.ts";
export { kinds } from "./message/kinds.ts";
export type * from "./message/message.ts";
export * from "./reject.ts";
export * from "./wire/challenge.ts";
export * from "./wire/frame.ts";
