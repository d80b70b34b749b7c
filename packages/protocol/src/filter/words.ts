/** The words of a text, as filters see them (spec/07-filters §words). */

/** Letters, the marks that belong to them, and numbers of any script. */
const run = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * Compatibility forms become one, and upper case becomes lower. Normalised twice, because lower case can bring forth
 * a pair that composes.
 */
export const foldText = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : text.normalize("NFKC").toLowerCase().normalize("NFKC");

/** It has no other form. */
const ascii = /^[\0-\x7f]*$/;

/** The words of a text, folded, in order of appearance, as often as they appear. */
export const everyWordOf = (text: string): readonly string[] => foldText(text).match(run) ?? [];

/** The words of a text, folded, each once, in order of appearance. */
export const wordsOf = (text: string): string[] => [...new Set(everyWordOf(text))];
