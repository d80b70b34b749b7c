"""Deals (page 6): which message may follow which, what an offer must hold, and the bundle that proves a deal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from .envelope import Signed, read_signed
from .errors import Refusal, require
from .messages import OPEN_KINDS
from .profile import BUNDLE_BYTES, decode, encode
from .text import fold

SKEW_SECONDS = 300
DEAL_BYTES = 524_288
COUNTERS = 8

TERMINAL = ("declined", "cancelled", "returned")
KINDS_IN_PHASE = {
    "open": ("offer",),
    "offered": ("offer", "counter", "award", "decline", "note"),
    "countered": ("offer", "award", "decline", "note"),
    "awarded": ("order", "decline", "note"),
    "ordered": ("update", "receipt", "decline", "note"),
    "receipted": ("update", "receipt", "note"),
}
BUYERS = ("counter", "award", "update", "decline", "note")
SELLERS = ("offer", "order", "receipt", "update", "decline", "note")

MILESTONES = ("confirmed", "processing", "under way", "delivered")
# What a seller's update says: the milestones at which it may be said, and the one that it leads to.
STATUSES = {
    "OrderPaymentDue": (MILESTONES[:2], "processing"),
    "OrderProcessing": (MILESTONES[:2], "processing"),
    "OrderPickupAvailable": (MILESTONES[:3], "under way"),
    "OrderInTransit": (MILESTONES[:3], "under way"),
    "OrderDelivered": (MILESTONES, "delivered"),
    "OrderProblem": (MILESTONES, None),
    "OrderCancelled": (MILESTONES[:3], "cancelled"),
    "OrderReturned": (MILESTONES[3:], "returned"),
}
BUYERS_STATUSES = ("OrderProblem", "OrderDelivered", "OrderCancelled", "OrderReturned")


@dataclass(frozen=True)
class Deal:
    messages: tuple[Signed, ...]
    phase: str = "open"
    milestone: str | None = None

    @property
    def intent(self) -> Signed:
        return self.messages[0]

    def of(self, kind: str) -> list[Signed]:
        return [message for message in self.messages if message.kind == kind]


def open_deal(intent: Signed) -> Deal:
    return Deal((intent,))


def awards_left(deals: list[Deal]) -> int:
    """How many more awards the intent of these deals allows (section 4)."""
    winners = deals[0].intent.body.get("award", {}).get("winners", 1)
    return winners - sum(bool(deal.of("award")) and deal.phase not in ("declined", "cancelled") for deal in deals)


def advance(deal: Deal, message: Signed, now: int) -> Deal:
    """The deal with one message more; refuses with a code of the stage `advance`."""
    by_buyer = _common_checks(deal, message, now)
    prev = next(earlier for earlier in deal.messages if earlier.id == message.body["prev"])
    if message.kind == "decline" and deal.phase == "ordered":
        take_back = by_buyer and prev.kind == "award" and deal.milestone in ("confirmed", "processing")
        require(take_back, "out-of-turn")
    require(_may_answer(deal, message.kind, by_buyer, prev), "prev-wrong")
    _bounds(deal, message, prev, max(now, message.body["issued"]))
    phase, milestone = _next(deal, message, by_buyer)
    return replace(deal, messages=deal.messages + (message,), phase=phase, milestone=milestone)


def _common_checks(deal: Deal, message: Signed, now: int) -> bool:
    """Section 1, in its order. Answers whether the buyer is the author."""
    body, intent, offers = message.body, deal.intent, deal.of("offer")
    require(all(message.id != earlier.id for earlier in deal.messages), "duplicate-message")
    require(deal.phase not in TERMINAL, "deal-over")
    require(body.get("thread") == intent.id, "thread-mismatch")
    by_buyer = message.author == intent.author
    require(message.kind in KINDS_IN_PHASE[deal.phase], "out-of-turn")
    by_seller = not by_buyer and (not offers or message.author == offers[0].author)
    require(message.kind in BUYERS if by_buyer else by_seller and message.kind in SELLERS, "author-wrong")
    other_side = offers[0] if by_buyer else intent
    require(body["to"] == other_side.body["reply"]["mailbox"], "mailbox-wrong")
    if message.kind == "offer" and offers:
        require(body["reply"]["mailbox"] == offers[0].body["reply"]["mailbox"], "mailbox-wrong")
    prev = [earlier for earlier in deal.messages if earlier.id == body["prev"]]
    require(bool(prev), "prev-unknown")
    require(body["issued"] <= now + SKEW_SECONDS, "issued-ahead")
    require(body["issued"] >= prev[0].body["issued"] - SKEW_SECONDS, "issued-before-prev")
    if message.kind in ("offer", "update", "note"):
        held = sum(len(earlier.bytes) for earlier in deal.messages)
        require(held + len(message.bytes) <= DEAL_BYTES, "deal-full")
    return by_buyer


def _may_answer(deal: Deal, kind: str, by_buyer: bool, prev: Signed) -> bool:
    """The column `prev` of section 3."""
    if kind == "offer":
        latest = deal.of("offer")[-1:] or [deal.intent]
        return prev in latest or (deal.phase == "countered" and prev is deal.of("counter")[-1])
    if kind == "counter":
        return prev is deal.of("offer")[-1]
    if kind == "award":
        return prev.kind == "offer"
    if kind == "order":
        return prev.kind == "award"
    if kind in ("update", "receipt"):
        order = next(place for place, message in enumerate(deal.messages) if message.kind == "order")
        return prev in deal.messages[order:]
    if kind == "decline" and by_buyer and deal.phase == "awarded":
        return prev.kind == "award"
    return True


def _bounds(deal: Deal, message: Signed, prev: Signed, moment: int) -> None:
    """Section 4."""
    body, intent = message.body, deal.intent.body
    if message.kind == "offer":
        _check_offer_in_deal(deal, message, moment)
    elif message.kind == "counter":
        require(len(deal.of("counter")) < COUNTERS, "rounds-exhausted")
        require(moment <= intent["expires"], "intent-expired")
        require(moment <= prev.body["expires"], "offer-expired")
        require(moment <= body["expires"], "counter-expired")
    elif message.kind == "award":
        require(moment <= prev.body["expires"], "offer-expired")
        require(moment <= intent.get("award", {}).get("deadline", moment), "award-late")
    elif message.kind == "order":
        award = deal.of("award")[0]
        offer = next(earlier for earlier in deal.messages if earlier.id == award.body["prev"])
        same = all(body[name] == offer.body[name] for name in ("currency", "total"))
        require(same, "order-mismatch")
    elif message.kind == "receipt":
        require(not deal.of("receipt"), "receipt-twice")


def _next(deal: Deal, message: Signed, by_buyer: bool) -> tuple[str, str | None]:
    kind = message.kind
    if kind == "update":
        return _update(deal, message.body["status"], by_buyer)
    if kind == "decline":
        return ("cancelled" if deal.phase == "ordered" else "declined"), deal.milestone
    if kind == "order":
        return "ordered", "confirmed"
    phases = {"offer": "offered", "counter": "countered", "award": "awarded", "receipt": "receipted"}
    return phases.get(kind, deal.phase), deal.milestone


def _update(deal: Deal, status: str, by_buyer: bool) -> tuple[str, str | None]:
    """Section 6."""
    if by_buyer:
        require(status in BUYERS_STATUSES, "author-wrong")
        return deal.phase, deal.milestone
    said_when, leads_to = STATUSES[status]
    require(deal.milestone in said_when, "status-backward")
    if leads_to in TERMINAL:
        return leads_to, deal.milestone
    return deal.phase, leads_to or deal.milestone


# ---- offers (section 5)


def _check_offer_in_deal(deal: Deal, offer: Signed, moment: int) -> None:
    try:
        check_offer(deal.intent.body, offer.body, moment)
    except Refusal:
        counters = deal.of("counter")
        if not counters:
            raise
        check_offer(deal.intent.body, offer.body, moment, counters[-1].body["change"])


def check_offer(intent: dict, offer: dict, now: int, change: dict | None = None) -> None:
    """Whether an offer holds what the intent asks, loosened by a counter's change where one is given."""
    change = change or {}
    moment = max(now, offer["issued"])
    require(moment <= intent["expires"], "intent-expired")
    require(moment <= offer["expires"], "offer-expired")
    required = [term["sha256"] for term in intent.get("terms", []) if term["must"]]
    require(all(term in offer.get("terms", []) for term in required), "terms-not-accepted")
    want = _wanted(intent, change)
    for offered in offer["lines"]:
        _check_line(want, offered)
    _check_quantities(want, offer["lines"])
    if "price" in intent:
        require(offer["currency"] == intent["price"]["currency"], "currency-mismatch")
        limit = max(price_limit(intent["price"], offer["issued"]), change.get("total", 0))
        require(offer["total"] <= limit, "price-above-limit")
    delivery = offer.get("delivery", {})
    if "delivery" in intent:
        allowed = [*intent["delivery"], change.get("delivery")]
        require("method" in delivery and delivery["method"] in allowed, "delivery-mismatch")
    until = intent.get("when", {}).get("until")
    if until is not None:
        until = max(until, change.get("deliveredUntil", 0))
        require("until" in delivery and delivery["until"] <= until, "delivery-late")


def _wanted(intent: dict, change: dict) -> list[dict]:
    want = list(intent["want"])
    for entry in change.get("quantities", []):
        if entry["line"] < len(want):
            want[entry["line"]] = {**want[entry["line"]], "quantity": entry["quantity"]}
    return want


def _check_line(want: list[dict], offered: dict) -> None:
    require(offered["line"] < len(want), "line-unknown")
    wanted = want[offered["line"]]
    require("substitutes" in wanted or not _is_substitute(wanted, offered), "substitute-refused")
    require(offered["quantity"]["unit"] == wanted["quantity"]["unit"], "quantity-unit")
    if "condition" in wanted:
        require(offered.get("condition") in wanted["condition"], "condition-mismatch")
    for requirement in wanted.get("requirements", []):
        require("must" not in requirement or satisfied(requirement, offered), "requirement-unmet")


def _check_quantities(want: list[dict], lines: list[dict]) -> None:
    answers = [[offered for offered in lines if offered["line"] == place] for place in range(len(want))]
    require(all(parts or "optional" in wanted for wanted, parts in zip(want, answers)), "line-missing")
    for wanted, parts in zip(want, answers):
        if not parts:
            continue
        offered, asked = sum(_number(part["quantity"]) for part in parts), _number(wanted["quantity"])
        less_will_do = "optional" in wanted or any(_is_substitute(wanted, part) for part in parts)
        require(offered == asked or (less_will_do and offered < asked), "quantity-mismatch")


def _is_substitute(wanted: dict, offered: dict) -> bool:
    if "substitute" in offered:
        return True
    if "gtin" not in wanted or "gtin" not in offered:
        return False
    return wanted["gtin"].rjust(14, "0") != offered["gtin"].rjust(14, "0")


def price_limit(price: dict, at: int) -> int:
    if "curve" not in price:
        return price["max"] if "max" in price else price["firm"]
    curve = price["curve"]
    if at <= curve[0]["at"]:
        return curve[0]["price"]
    for start, end in zip(curve, curve[1:]):
        if at < end["at"]:
            rise, run = end["price"] - start["price"], end["at"] - start["at"]
            return start["price"] + rise * (at - start["at"]) // run
    return curve[-1]["price"]


def satisfied(requirement: dict, offered: dict) -> bool:
    stated = [entry for entry in offered.get("attributes", []) if entry["attribute"] == requirement["attribute"]]
    if not stated and requirement["attribute"] == "brand" and "brand" in offered:
        stated = [{"value": offered["brand"]}]
    return bool(stated) and _shows(requirement, stated[0])


def _shows(requirement: dict, stated: dict) -> bool:
    if type(stated["value"]) is int and stated.get("unit", "C62") != requirement.get("unit", "C62"):
        return False
    operator, wanted = requirement["operator"], requirement["value"]
    if operator == "in":
        return any(_equal(requirement, value, stated) for value in wanted)
    if operator == "eq":
        return _equal(requirement, wanted, stated)
    if operator == "ne":
        return not _equal(requirement, wanted, stated)
    if type(stated["value"]) is not int:
        return False
    this, that = _number(stated), _number(requirement)
    return {"lt": this < that, "le": this <= that, "gt": this > that, "ge": this >= that}[operator]


def _equal(requirement: dict, wanted, stated: dict) -> bool:
    value = stated["value"]
    if type(wanted) is int and type(value) is int:
        return _number({**requirement, "value": wanted}) == _number(stated)
    if type(wanted) is bool or type(value) is bool:
        return wanted is value
    if any(type(item) is int and "scale" in of for item, of in ((wanted, requirement), (value, stated))):
        return False
    return fold(str(wanted)).strip() == fold(str(value)).strip()


def _number(scaled: dict) -> Fraction:
    return Fraction(scaled["value"], 10 ** scaled.get("scale", 0))


# ---- bundles (section 8)


def encode_bundle(deal: Deal) -> bytes:
    return encode({"messages": [message.bytes for message in deal.messages], "version": 1})


def verify_bundle(data: bytes) -> Deal:
    """The deal that a bundle proves."""
    try:
        bundle = decode(data, BUNDLE_BYTES)
    except Refusal:
        raise Refusal("bundle-form") from None
    require(isinstance(bundle, dict) and bundle.keys() == {"messages", "version"}, "bundle-form")
    require(type(bundle["version"]) is int and bundle["version"] == 1, "bundle-form")
    messages = bundle["messages"]
    require(isinstance(messages, list) and all(isinstance(item, bytes) for item in messages), "bundle-form")
    require(bool(messages), "bundle-incomplete")
    intent = read_signed(messages[0])
    require(intent.kind == "intent", "bundle-incomplete")
    deal = open_deal(intent)
    for item in messages[1:]:
        message = read_signed(item)
        require(message.kind not in OPEN_KINDS, "bundle-form")
        deal = advance(deal, message, message.body["issued"])
    require(bool(deal.of("order")), "bundle-incomplete")
    return deal
