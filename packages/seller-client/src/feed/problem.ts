/** What could not be read of a feed, and how the code that reads a row says it. */

/**
 * Something that was not read as it stands. `row` is a line of a table or an item of a list, both counted from 1,
 * and 0 is the feed as a whole. What is said to be "left out" of an item is missing there; otherwise the row is.
 */
export type Problem = { readonly row: number; readonly column?: string; readonly reason: string };

/** Says what is wrong in a column of the row at hand. Returns nothing, so that a function can end with it. */
export type Say = (column: string, reason: string) => undefined;

export const sayAt =
  (row: number, problems: Problem[]): Say =>
  (column, reason) => {
    problems.push({ row, column, reason });
  };
