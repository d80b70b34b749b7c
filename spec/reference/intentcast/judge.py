"""Verdicts over bytes, one function a kind of input: what check_vectors.py and the command `judge` both say."""

from functools import lru_cache

from . import addresses, deal, ed25519, envelope, filters, frames, keys, peers, reconcile
from .envelope import Sealed
from .errors import Refusal, require
from .profile import FRAME_BYTES, decode, diagnostic
from .text import words

# Many mutants of a deal share most of their messages.
read_signed = lru_cache(4096)(envelope.read_signed)


def verdict(kind_of_input: str, *parts: bytes) -> dict:
    """`expect` is `accepted` or `stage/code`; the other entries say what was accepted."""
    try:
        return {"expect": "accepted", **JUDGES[kind_of_input](*parts)}
    except Refusal as refusal:
        return {"expect": str(refusal)}
    except reconcile.Malformed as malformed:
        return {"expect": f"negentropy/{malformed}"}


def _item(data: bytes, max_bytes: bytes) -> dict:
    return {"value": diagnostic(decode(data, int.from_bytes(max_bytes, "big")))}


def _message(data: bytes) -> dict:
    return _told(envelope.read_message(data))


def _signed(data: bytes) -> dict:
    return _told(envelope.read_signed(data))


def _told(message) -> dict:
    if isinstance(message, Sealed):
        return {
            "to": message.to.hex(),
            "issued": str(message.issued),
            "expires": str(message.expires),
            "id": message.id.hex(),
        }
    return {"kind": message.kind, "author": message.author.hex(), "id": message.id.hex()}


def _open(data: bytes, mailbox: bytes, private: bytes, key: bytes) -> dict:
    return _told(envelope.open_sealed(envelope.read_sealed(data), mailbox, private, key))


def _signature(signature: bytes, message: bytes, key: bytes) -> dict:
    ed25519.verify(signature, message, key)
    return {}


def _filter(described: bytes, message: bytes) -> dict:
    value = decode(described, FRAME_BYTES)
    require(filters.filter_shape(value), "filter-form")
    return {"matches": "yes" if filters.matches(value, envelope.read_message(message)) else "no"}


def _bundle(data: bytes) -> dict:
    proved = deal.verify_bundle(data)
    return {"phase": proved.phase, "messages": str(len(proved.messages))}


def _deal(intent: bytes, *messages_and_times: bytes) -> dict:
    """Each message is taken into account at the time (8 bytes) that follows it; one that is refused changes nothing."""
    held, steps = deal.open_deal(read_signed(intent)), []
    for data, now in zip(messages_and_times[::2], messages_and_times[1::2]):
        try:
            held = deal.advance(held, read_signed(data), int.from_bytes(now, "big"))
            steps.append(held.phase)
        except Refusal as refusal:
            steps.append(str(refusal))
    return {"steps": steps}


def _offer(intent: bytes, offer: bytes, now: bytes) -> dict:
    deal.check_offer(read_signed(intent).body, read_signed(offer).body, int.from_bytes(now, "big"))
    return {}


def _client_frame(data: bytes) -> dict:
    return {"name": frames.decode_client_frame(data)[0]}


def _relay_frame(data: bytes) -> dict:
    return {"name": frames.decode_relay_frame(data)[0]}


def _gossip_frame(data: bytes) -> dict:
    return {"value": diagnostic(peers.decode_gossip_frame(data))}


def _sync_frame(data: bytes) -> dict:
    return {"value": diagnostic(peers.decode_sync_frame(data))}


def _peers_frame(data: bytes) -> dict:
    return {"value": diagnostic(peers.decode_peers_frame(data))}


def _relay_record(data: bytes) -> dict:
    key, statement = peers.read_relay_record(data)
    return {"key": key.hex(), "statement": diagnostic(statement)}


def _words(text: bytes) -> dict:
    return {"words": list(dict.fromkeys(words(text.decode("utf-8"))))}


def _seed(phrase: bytes) -> dict:
    return {"seed": keys.words_to_seed(phrase.decode("utf-8"), keys.word_list()).hex()}


def _address(address: bytes, name: bytes) -> dict:
    addresses.check_name(address.decode("utf-8"), name.decode("utf-8"))
    return {}


def _negentropy(data: bytes) -> dict:
    return {"ranges": [[one.mode, str(one.end[0]), one.end[1].hex()] for one in reconcile.read_message(data)]}


JUDGES = {
    "item": _item,
    "message": _message,
    "signed": _signed,
    "open": _open,
    "signature": _signature,
    "filter": _filter,
    "bundle": _bundle,
    "deal": _deal,
    "offer": _offer,
    "client-frame": _client_frame,
    "relay-frame": _relay_frame,
    "gossip-frame": _gossip_frame,
    "sync-frame": _sync_frame,
    "peers-frame": _peers_frame,
    "relay-record": _relay_record,
    "words": _words,
    "seed": _seed,
    "address": _address,
    "negentropy": _negentropy,
}
