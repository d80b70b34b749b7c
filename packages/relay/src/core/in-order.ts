/** Things that are ready in any order, and happen in the order in which they were announced. */

export type InOrder = {
  /** A place at the end of the line. What it is told to do is done in its turn: at once, when all before it has been. */
  readonly stand: () => (act: () => void) => void;
  /** Resolves when all those who stand in line now have had their turn. */
  readonly empty: () => Promise<void>;
};

type Place = { act: (() => void) | undefined };

/** Places that have had their turn are dropped when there are so many, or nobody waits: one by one would cost more. */
const sweptAt = 1024;

/** What is done in turn must not throw. */
export function inOrder(): InOrder {
  const line: Place[] = [];
  let first = 0;
  let isActing = false;

  function actInTurn(): void {
    // One that is told what to do by what is done in turn comes after it.
    if (isActing) return;
    isActing = true;
    for (let place = line[first]; place?.act !== undefined; place = line[first]) {
      const { act } = place;
      // What has been done may hold much, and its place stays until the line is swept.
      place.act = undefined;
      first += 1;
      act();
    }
    isActing = false;
    if (first < sweptAt && first < line.length) return;
    line.splice(0, first);
    first = 0;
  }

  function stand(): (act: () => void) => void {
    const place: Place = { act: undefined };
    line.push(place);
    return (act) => {
      place.act = act;
      actInTurn();
    };
  }

  return { stand, empty: () => new Promise((resolve) => stand()(resolve)) };
}
