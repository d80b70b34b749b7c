/** Answers that are found in any order, given in the order of asking. */

export type InOrder<T> = {
  /** A place at the end of the line: `find` says what its answer is, and `given` resolves with it in its turn. */
  readonly stand: () => { readonly find: (answer: T) => void; readonly given: Promise<T> };
  /** Resolves when everybody has been answered. */
  readonly empty: () => Promise<void>;
};

type Place<T> = { answer?: { readonly value: T }; readonly give: (answer: T) => void };

/** Places that have been answered are dropped when there are so many: to do it one by one would cost more than to wait. */
const sweptAt = 1024;

export function inOrder<T>(): InOrder<T> {
  const line: Place<T>[] = [];
  let first = 0;
  let last: Promise<unknown> = Promise.resolve();

  function giveThoseInTurn(): void {
    for (let place = line[first]; place?.answer !== undefined; place = line[first]) {
      place.give(place.answer.value);
      first += 1;
    }
    if (first < sweptAt) return;
    line.splice(0, first);
    first = 0;
  }

  return {
    stand: () => {
      const { promise: given, resolve: give } = Promise.withResolvers<T>();
      const place: Place<T> = { give };
      line.push(place);
      last = given;
      const find = (value: T): void => {
        place.answer = { value };
        giveThoseInTurn();
      };
      return { find, given };
    },
    empty: async () => {
      await last;
    },
  };
}
