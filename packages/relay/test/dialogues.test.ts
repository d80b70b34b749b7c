/** The dialogues of the specification, each played against this relay. */
import { parseDialogue, playDialogue, readDialogues } from "@intentcast/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStage } from "./dialogue-stage.ts";
import { temporaryFolder } from "./serving.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

test.each(readDialogues())("$case: $comment", async (dialogue) => {
  await playDialogue(dialogue, await openStage(stack, await temporaryFolder(stack), dialogue));
});

describe("a dialogue that does not come true names the line", () => {
  const head = "expect: accepted\ncomment: none\nclock: 1795435200\n\n";
  const opens =
    'A opens\nA hears ["hello", {"name": $relay, "time": 1795435200, "store": ..., "limits": ..., "version": 1, "position": 0, "software": ..., "challenge": $challenge}]\n';

  test.each([
    [
      "another answer",
      `${opens}A sends ["unsubscribe", 1]\nA hears ["ended", 1, "unsubscribed", ...]`,
      "line 4",
    ],
    ["another value", opens.replace('"position": 0', '"position": 1'), "line 2"],
    ["a field too few", opens.replace('"time": 1795435200, ', ""), "line 2"],
    ["another end", `${opens}A sends text "hello"\nA hears [...]\nA is closed with 1002`, "line 4"],
    ["an end with something unheard", `${opens}A sends text "hello"\nA is closed with 1003`, "line 4"],
    [
      "no more to hear",
      `${opens}A sends text "hello"\nA hears ["rejected", 0, ..., ..., ..., 0]\nA hears ...`,
      "line 5",
    ],
    ["another value by one name", `${opens}B opens\nB hears ["hello", $challenge]`, "line 4"],
    ["a name that nothing is known by", `${opens}A sends ["credit", 1, $more]`, "line 3"],
    ["a client that has not come", 'A sends ["credit", 1, 1]', "line 1"],
  ])("%s", async (_, lines, where) => {
    const dialogue = parseDialogue("wrong", `${head}${lines}`);
    const relay = await openStage(stack, await temporaryFolder(stack), dialogue);
    await expect(playDialogue(dialogue, relay)).rejects.toThrow(`${where},`);
  });
});
