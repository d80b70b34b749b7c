/** More of spec/vectors/thread: every kind by every side that may say it, in every phase (spec/06-deal §3). */
import type { Deal, SealedKind } from "@intentcast/protocol";
import * as dealStory from "../deal-story.ts";
import type { Vector } from "../vectors.ts";
import { held, story } from "./deal.ts";
import { awarded, countered, delivered, idAt, offered, opened, ordered, receipted } from "./thread-deals.ts";
import { proceeds } from "./thread-vector.ts";

const { offer, award, order, sellerSays, play } = dealStory;

/** A deal in each phase; the last three have ended. */
const deals: Readonly<Record<string, Deal>> = {
  open: opened,
  offered,
  countered,
  awarded,
  ordered,
  receipted,
  declined: held(offer, (s, deal) => s.decline(deal)),
  cancelled: held(offer, award, order, sellerSays("OrderCancelled")),
  returned: play(story, delivered, sellerSays("OrderReturned")),
};

/** The table of the page, read the other way round: what comes of each in the phases that go on; `-` is out of turn. */
const table = `
                   open     offered    countered  awarded   ordered    receipted
offer by seller    offered  offered    offered    -         -          -
counter by buyer   -        countered  -          -         -          -
award by buyer     -        awarded    awarded    -         -          -
order by seller    -        -          -          ordered   -          -
update by seller   -        -          -          -         ordered    receipted
update by buyer    -        -          -          -         ordered    receipted
receipt by seller  -        -          -          -         receipted  receipt-twice
decline by seller  -        declined   declined   declined  -          -
decline by buyer   -        declined   declined   declined  cancelled  -
note by seller     -        offered    countered  awarded   ordered    receipted
note by buyer      -        offered    countered  awarded   ordered    receipted
`;

type Saying = { readonly kind: SealedKind; readonly who: "buyer" | "seller" };

/** What would rightly come next if the kind could. */
function message({ kind, who }: Saying, deal: Deal) {
  // What a buyer declines after the order is the award.
  if (kind === "decline" && deal === ordered && who === "buyer")
    return story.decline(deal, { who, prev: idAt(deal, 2) });
  if (kind === "update" && who === "buyer") return story.update(deal, { who, status: "OrderProblem" });
  return story[kind](deal, { who });
}

const verdict = (cell: string): string =>
  cell in deals ? cell : cell === "-" ? "advance/out-of-turn" : `advance/${cell}`;

const [head = "", ...rows] = table.trim().split("\n");
const living = head.trim().split(/\s+/);

export const threadTurnScenarios: readonly Vector[] = rows.flatMap((row) => {
  const [kind, , who, ...cells] = row.split(/\s+/) as [SealedKind, "by", Saying["who"], ...string[]];
  return Object.entries(deals).map(([phase, deal]) => {
    const cell = cells[living.indexOf(phase)];
    const comes = cell === undefined ? "advance/deal-over" : verdict(cell);
    const comment = `the ${who}'s ${kind} in the phase ${phase}`;
    return proceeds(`in-${phase}-${kind}-${who}`, comment, deal, message({ kind, who }, deal), comes);
  });
});
