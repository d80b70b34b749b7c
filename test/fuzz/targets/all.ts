/** Every target, by name. */
import type { Target } from "../target.ts";
import { bundle } from "./bundle.ts";
import { envelope } from "./envelope.ts";
import { feed, json } from "./feed.ts";
import { file } from "./file.ts";
import { filter } from "./filter.ts";
import { frame } from "./frame.ts";
import { gate } from "./gate.ts";
import { index } from "./match-index.ts";
import { negentropy } from "./negentropy.ts";
import { peerFrame } from "./peer-frame.ts";
import { relayRecord } from "./relay-record.ts";
import { sealed } from "./sealed.ts";
import { signature } from "./signature.ts";
import { text } from "./text.ts";

export const targets: Readonly<Record<string, Target>> = {
  gate,
  envelope,
  signature,
  negentropy,
  sealed,
  frame,
  "peer-frame": peerFrame,
  "relay-record": relayRecord,
  filter,
  index,
  bundle,
  feed,
  json,
  text,
  file,
};
