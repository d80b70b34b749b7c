/** A CSV file as rows of named cells, however it was exported: any usual delimiter, ragged rows, stray quotes. */
import { parse } from "csv-parse/sync";
import type { Problem } from "./feed.ts";

/** `line`: of the file, counted from 1, on which the row begins. `cells`: by column in lower case, empty ones not. */
export type TableRow = { readonly line: number; readonly cells: ReadonlyMap<string, string> };

export type Table = {
  /** Names of columns in lower case. */
  readonly header: ReadonlySet<string>;
  readonly rows: readonly TableRow[];
  readonly problems: readonly Problem[];
};

export function readTable(source: string, { headerOnly = false }: { headerOnly?: boolean } = {}): Table {
  // csv-parse counts a CRLF inside quotes as two lines, and the numbers of lines are for people.
  const text = source.replace(/\r\n?/g, "\n");
  const problems: Problem[] = [];
  const records: { line: number; record: string[] }[] = [];
  let line = 1;
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      ...(headerOnly && { to: 1 }),
      on_record: (record: string[], { lines }) => {
        records.push({ line, record });
        line = lines + 1;
        return null;
      },
    });
  } catch (error) {
    problems.push({ row: line, reason: error instanceof Error ? error.message : "unreadable from here on" });
  }
  const names = (records.shift()?.record ?? []).map((name) => name.trim().toLowerCase());
  const rows = records.map(({ line, record }) => ({ line, cells: cellsByName(names, record) }));
  return { header: new Set(names), rows, problems };
}

/** Of two columns with one name the first counts. */
function cellsByName(names: readonly string[], record: readonly string[]): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [i, value] of record.entries()) {
    const name = names[i];
    const trimmed = value.trim();
    if (name !== undefined && trimmed !== "" && !cells.has(name)) cells.set(name, trimmed);
  }
  return cells;
}

/** The one that the header has most of: spreadsheets write semicolons where the comma stands in numbers. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/\n|$/));
  const count = (delimiter: string) => header.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
}
