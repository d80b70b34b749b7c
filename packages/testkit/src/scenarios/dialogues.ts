/** Every dialogue under spec/vectors/dialogue. */
import type { Dialogue } from "../dialogue/dialogue.ts";
import { mailboxDialogues } from "./dialogue-mailbox.ts";
import { publishDialogues } from "./dialogue-publish.ts";
import { readDialogues } from "./dialogue-read.ts";

export const dialogues: readonly Dialogue[] = [...publishDialogues, ...readDialogues, ...mailboxDialogues];
