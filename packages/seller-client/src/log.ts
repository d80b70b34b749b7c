/** What a seller tells whoever runs it, in facts and without anything that a buyer disclosed. */

/** `event` is a fixed word such as `offered`; `facts` say which thread, which code, how much. */
export type Log = (
  level: "info" | "warn" | "error",
  event: string,
  facts: Readonly<Record<string, string | number>>,
) => void;

export const noLog: Log = () => undefined;
