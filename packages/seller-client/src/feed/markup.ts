/** HTML and XML given to a parser in pieces, so that a document nested without end is left before it costs time. */
import { type Handler, Parser } from "htmlparser2";

/** The parser's work grows with the square of the depth; no page and no feed is nested like this. */
const deepest = 500;
const pieceLength = 8_192;

/**
 * Parses as far as the depth is sane, and says whether that was to the end. `atEnd` is called when all has been read
 * and before what is still open is closed. Nothing is ever fetched, and no entity is expanded but the characters that
 * HTML or XML itself defines: declarations of a DTD have no effect.
 */
export function parseMarkup(
  source: string,
  { xml = false, atEnd, ...handler }: Partial<Handler> & { xml?: boolean; atEnd?: () => void },
): boolean {
  let depth = 0;
  const parser = new Parser(
    {
      ...handler,
      onopentagname(name) {
        depth++;
        handler.onopentagname?.(name);
      },
      onclosetag(name, implied) {
        depth--;
        handler.onclosetag?.(name, implied);
      },
    },
    { xmlMode: xml },
  );
  for (let at = 0; at < source.length; at += pieceLength) {
    parser.write(source.slice(at, at + pieceLength));
    if (depth > deepest) return false;
  }
  atEnd?.();
  parser.end();
  return true;
}
