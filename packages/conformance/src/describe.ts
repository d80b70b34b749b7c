/** Frames and bytes in a few words, for reports that people read. */
import { type RelayFrame, shortHex } from "@intentcast/protocol";

/** Long texts of a relay's are cut, and nothing in them drives the terminal. */
export const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, "�").slice(0, 120);

export const describeBytes = (bytes: Uint8Array): string =>
  `${bytes.length} bytes (${shortHex(bytes)}${bytes.length > 4 ? "…" : ""})`;

const remark = (detail: string): string => (detail === "" ? "" : ` (${plain(detail)})`);

export function describeFrame(frame: RelayFrame): string {
  switch (frame[0]) {
    case "hello":
      return "hello";
    case "accepted": {
      const { position, matched, duplicate } = frame[2];
      const place = position === undefined ? "" : ` at position ${position}`;
      const found = matched === undefined ? "" : `, matched ${matched}`;
      return `accepted, ref ${frame[1]}${place}${found}${duplicate ? ", duplicate" : ""}`;
    }
    case "rejected": {
      const [, ref, stage, code, detail, retryAfter] = frame;
      const later = retryAfter === 0 ? "" : `, retryAfter ${retryAfter}`;
      return `rejected, ref ${ref}: ${plain(stage)}/${plain(code)}${remark(detail)}${later}`;
    }
    case "message":
      return `message, subscription ${frame[1]}, position ${frame[2]}, ${describeBytes(frame[3])}`;
    case "caughtUp":
      return `caughtUp, subscription ${frame[1]}, position ${frame[2]}`;
    case "ended":
      return `ended, subscription ${frame[1]}: ${plain(frame[2])}${remark(frame[3])}`;
  }
}
