"""The commands: make an intent or an offer, open a sealed message, judge lines. Secrets come by standard input only."""

import argparse
import json
import sys

from . import keys, make
from .envelope import open_sealed, read_message, read_sealed
from .errors import Refusal
from .judge import verdict
from .profile import diagnostic


def main() -> int:
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except Refusal as refusal:
        print(f"intentcast: {refusal}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"intentcast: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m intentcast", description=__doc__)
    commands = parser.add_subparsers(required=True)

    intent = commands.add_parser("intent", help="stdin: the buyer's seed; stdout: a signed intent")
    intent.add_argument("--number", type=int, required=True, help="which of the buyer's intents it is")
    intent.add_argument("--category", default="uncategorized")
    intent.add_argument("--name", required=True)
    intent.add_argument("--max", type=int, help="the most to pay, in cents of USD")
    intent.set_defaults(run=_intent)

    offer = commands.add_parser("offer", help="stdin: the seller's seed and an intent; stdout: a sealed offer")
    offer.add_argument("--total", type=int, required=True, help="minor units")
    offer.add_argument("--seller", default="A seller in Python")
    offer.set_defaults(run=_offer)

    for command in (intent, offer):
        command.add_argument("--issued", type=int, required=True)
        command.add_argument("--expires", type=int, required=True)
        command.add_argument("--relay", action="append", help="where answers are read")

    opening = commands.add_parser("open", help="stdin: a seed and a sealed message; stdout: what is inside")
    whose = opening.add_mutually_exclusive_group(required=True)
    whose.add_argument("--number", type=int, help="the mailbox of this intent of a buyer")
    whose.add_argument("--thread", type=bytes.fromhex, help="the mailbox of a seller in this thread")
    opening.set_defaults(run=_open)

    judge = commands.add_parser("judge", help="stdin: a kind of input and hex strings a line; stdout: a verdict a line")
    judge.set_defaults(run=_judge)
    return parser


def _next_bytes(what: str) -> bytes:
    line = sys.stdin.readline()
    try:
        return bytes.fromhex(line)
    except ValueError:
        raise ValueError(f"{what} is not hex") from None


def _next_seed() -> bytes:
    seed = _next_bytes("the seed")
    if len(seed) != 32:
        raise ValueError("a seed has 32 bytes")
    return seed


def _intent(arguments) -> None:
    want = [{"category": arguments.category, "name": arguments.name, "quantity": {"value": 1, "unit": "C62"}}]
    price = {} if arguments.max is None else {"price": {"currency": "USD", "max": arguments.max}}
    relays = {"relays": arguments.relay} if arguments.relay else {}
    seed = _next_seed()
    print(make.intent(seed, arguments.number, arguments.issued, arguments.expires, want, **price, **relays).hex())


def _offer(arguments) -> None:
    seed, asked = _next_seed(), read_message(_next_bytes("the intent"))
    if getattr(asked, "kind", None) != "intent":
        raise ValueError("not an intent")
    sealed = make.offer(
        seed, asked, arguments.issued, arguments.expires, arguments.total, arguments.seller, arguments.relay
    )
    print(sealed.hex())


def _open(arguments) -> None:
    seed, sealed = _next_seed(), read_sealed(_next_bytes("the message"))
    if arguments.thread is None:
        mailbox = keys.intent_mailbox(seed, arguments.number)
    else:
        mailbox = keys.thread_mailbox(seed, arguments.thread)
    message = open_sealed(sealed, mailbox.name, mailbox.private, mailbox.key)
    print(message.bytes.hex())
    print(f"{message.kind} {message.id.hex()} by {message.author.hex()}")
    print(diagnostic(message.body))


def _judge(_arguments) -> None:
    for line in sys.stdin:
        kind_of_input, *parts = line.split()
        # "-" stands for no bytes.
        data = [b"" if part == "-" else bytes.fromhex(part) for part in parts]
        try:
            told = verdict(kind_of_input, *data)
        except Exception as error:  # a fault of this program: told as a verdict, so that it counts as a difference
            told = {"expect": f"crash: {type(error).__name__}: {error}"}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    sys.exit(main())
