/** Writes spec/errors.md from the registry of reject codes: `node scripts/write-errors.ts`. */
import { writeFileSync } from "node:fs";
import { type RejectCode, registry, type Stage, stages } from "../packages/protocol/src/reject.ts";

const aboutStage: Record<Stage, string> = {
  decode: "The bytes are not a message. The same at every honest relay, for ever.",
  verify: "The signature does not hold. The same at every honest relay, for ever.",
  validate:
    "The message breaks a rule that it can break on its own. The same at every honest relay, for ever.",
  admit: "One relay does not take the message at this moment. Another relay may, or this one later.",
  store: "One relay could not keep the message. It may be published again.",
  open: "The holder of a mailbox cannot read what lies in it.",
  advance: "The message does not follow in its deal. Told by either side, never by a relay.",
  bundle: "The bytes do not prove a deal.",
  frame: "What a client or a relay sent is not a frame of the protocol.",
  session: "The conversation between a client and a relay, and a client's own state, cannot go on as asked.",
};

/** Codes of the stage session in which a program tells its own user about its own state: no relay says them. */
export const programsOwn: readonly RejectCode[] = [
  "connection-lost",
  "no-relay",
  "key-file-unsafe",
  "key-file-broken",
  "key-file-version",
  "key-file-locked",
  "journal-conflict",
  "journal-broken",
  "journal-version",
  "journal-locked",
  "journal-unsafe",
  "journal-failed",
];

const programsOwnHeading = `### A program's own

These never travel. They are how this project's programs tell their users about their own files and connections. Another
implementation MAY have others in their place.
`;

const preface = `# Reject codes

A refusal names a code. Each code belongs to exactly one stage; the stages stand here in the order in which a message meets
them. An implementation MUST refuse with the code of the first stage that fails, and MUST NOT let anything depend on the
detail that may accompany a code: it is for people. Every code but those at the end of this page
occurs in a [vector](vectors/README.md).

This page is written from \`packages/protocol/src/reject.ts\` by \`node scripts/write-errors.ts\`; a test holds the two equal.
`;

const table = (codes: readonly (readonly [string, string])[]): string =>
  [
    "| code | meaning |",
    "|---|---|",
    ...codes.map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    "",
  ].join("\n");

function section(stage: Stage): string {
  const codes = Object.entries(registry[stage]);
  const isOwn = ([code]: readonly [string, string]): boolean => programsOwn.some((own) => own === code);
  const own = codes.filter(isOwn);
  return [
    `## ${stage}\n`,
    `${aboutStage[stage]}\n`,
    table(codes.filter((entry) => !isOwn(entry))),
    ...(own.length === 0 ? [] : [programsOwnHeading, table(own)]),
  ].join("\n");
}

/** The whole page, as it must stand in spec/errors.md. */
export const errorsPage = (): string => [preface, ...stages.map(section)].join("\n");

if (import.meta.main) writeFileSync(new URL("../spec/errors.md", import.meta.url), errorsPage());
