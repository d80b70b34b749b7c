#!/usr/bin/python3
"""Reads every vector of spec/vectors, or of another folder, and says where its verdict differs from what is expected."""

import sys
from pathlib import Path

from intentcast import deal, dialogue, ed25519, envelope, hpke, keys, reconcile
from intentcast.errors import Refusal
from intentcast.judge import verdict
from intentcast.profile import BUNDLE_BYTES, FRAME_BYTES, decode, diagnostic, encode

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def read_vector(path: Path) -> tuple[dict, str]:
    headers, _, content = path.read_text("utf-8").partition("\n\n")
    pairs = (line.partition(":") for line in headers.splitlines())
    return {name: value.strip() for name, _, value in pairs}, content


def judge(folder: str, headers: dict, data: bytes) -> dict:
    """The verdict, with every header that the folder's vectors have of what was accepted."""
    if folder == "decode":
        return verdict("item", data, int(headers["maxBytes"]).to_bytes(8, "big"))
    if folder == "signature":
        return verdict(folder, data, *(bytes.fromhex(headers[name]) for name in ("message", "key")))
    if folder == "open":
        mailbox, private, key = (bytes.fromhex(headers[name]) for name in ("mailbox", "privateKey", "key"))
        told = verdict(folder, data, mailbox, private, key)
        return with_body(told, lambda: envelope.open_sealed(envelope.read_sealed(data), mailbox, private, key))
    if folder == "keys":
        return judge_keys(headers, data)
    if folder == "negentropy":
        return judge_negentropy(headers, data)
    if folder == "reconcile":
        return judge_reconciliation(headers)
    if folder == "filter":
        return judge_filter(data)
    if folder == "deal":
        return verdict("bundle", data) | told_of_deal(data)
    if folder == "address":
        return verdict(folder, data, headers["name"].encode())
    if folder == "sealed":
        return verdict("message", data)
    if folder in ("gossip-frame", "sync-frame", "peers-frame", "relay-record"):
        return verdict(folder, data)
    if folder == "frame":
        told = verdict(f"{headers['from']}-frame", data)
        return told | ({"value": diagnostic(decode(data, FRAME_BYTES))} if told["expect"] == "accepted" else {})
    if folder == "thread":
        steps, held = replay(decode(data, BUNDLE_BYTES))
        last = steps[-1] if "/" in steps[-1] else "accepted"
        return {"expect": last, "steps": " ".join(steps), "phase": held.phase}
    if folder == "award":
        left = deal.awards_left([replay(item)[1] for item in decode(data, BUNDLE_BYTES)])
        return {"expect": "accepted" if left > 0 else "advance/already-awarded", "left": str(left)}
    if folder == "hpke":
        return judge_hpke(headers, data)
    told = verdict("signed" if folder == "validate" else "message", data)
    return with_body(told, lambda: envelope.read_signed(data))


def with_body(told: dict, read) -> dict:
    return told | {"body": diagnostic(read().body)} if told["expect"] == "accepted" else told


def told_of_deal(data: bytes) -> dict:
    try:
        messages = deal.verify_bundle(data).messages
    except Refusal:
        return {}
    return {
        "kinds": " ".join(message.kind for message in messages),
        "ids": " ".join(message.id.hex() for message in messages),
    }


def replay(transcript: list) -> tuple[list[str], deal.Deal]:
    """What the messages of a transcript come to, one after the other, and the deal that they leave."""
    intent, *taken = transcript
    held, steps = deal.open_deal(envelope.read_signed(intent)), []
    for now, message in taken:
        try:
            held = deal.advance(held, envelope.read_signed(message), now)
            steps.append(held.phase)
        except Refusal as refusal:
            steps.append(str(refusal))
    return steps, held


def judge_hpke(headers: dict, ciphertext: bytes) -> dict:
    given = {name: bytes.fromhex(value) for name, value in headers.items() if name not in ("expect", "comment")}
    names = ("privateKey", "key", "encapsulatedKey", "aad")
    plaintext = hpke.open_sealed(*(given[name] for name in names), ciphertext, given["info"])
    if plaintext is None:
        return {"expect": "open/undecryptable"}
    told = {"expect": "accepted", "plaintext": plaintext.hex()}
    if "ikm" in given:
        private, key = hpke.derive_key_pair(given["ikm"])
        told |= {"privateKey": private.hex(), "key": key.hex()}
    if "ephemeralIkm" in given:
        told["encapsulatedKey"] = hpke.derive_key_pair(given["ephemeralIkm"])[1].hex()
    return {name: headers[name] for name in given} | told


def judge_filter(data: bytes) -> dict:
    described, message = decode(data, BUNDLE_BYTES)
    told = verdict("filter", encode(described), message)
    if told["expect"] != "accepted":
        return told
    read = envelope.read_message(message)
    kind = "sealed" if isinstance(read, envelope.Sealed) else read.kind
    return told | {"filter": diagnostic(described), "kind": kind, "id": read.id.hex()}


def judge_keys(headers: dict, seed: bytes) -> dict:
    words = keys.word_list()
    try:
        if keys.words_to_seed(headers["words"], words) != seed:
            return {"expect": "another seed"}
    except Refusal as refusal:
        return {"expect": str(refusal)}
    if headers["words"] == " ".join(headers["words"].lower().split()):
        if keys.seed_to_words(seed, words) != headers["words"]:
            return {"expect": "other words"}
    told = {"expect": "accepted"}
    if "intent" in headers:
        number = int(headers["intent"])
        told["signer"] = ed25519.public_key(keys.intent_secret(seed, number)).hex()
        mailbox = keys.intent_mailbox(seed, number)
    elif "thread" in headers:
        mailbox = keys.thread_mailbox(seed, bytes.fromhex(headers["thread"]))
    else:
        seller = ed25519.public_key(keys.seller_secret(seed))
        return told | {"signer": seller.hex(), "did": keys.did_key(seller)}
    return told | {"mailbox": mailbox.name.hex(), "hpke": mailbox.key.hex()}


def judge_negentropy(headers: dict, data: bytes) -> dict:
    try:
        ranges = reconcile.read_message(data)
    except reconcile.Malformed as malformed:
        return {"expect": f"negentropy/{malformed}"}
    if "items" in headers:
        side = reconcile.Side(sorted(map(reconcile.numbered, reconcile.numbers(headers["items"]))))
        if ranges[-1].end[0] != reconcile.INFINITY:
            return {"expect": "a message that does not reach infinity"}
        for one in ranges:
            side.check_says(one)
    return {"expect": "accepted"}


def judge_reconciliation(headers: dict) -> dict:
    frames = [value for name, value in headers.items() if name.startswith("frame") and name != "frameLimit"]
    sets = {side: reconcile.numbers(headers[side]) for side in ("initiator", "responder")}
    talk = reconcile.Conversation(
        *([reconcile.numbered(number) for number in numbers] for numbers in sets.values()),
        int(headers.get("frameLimit", 2**20)),
    )
    for place, frame in enumerate(frames, 1):
        try:
            talk.take(frame[0], bytes.fromhex(frame[1:]))
        except reconcile.Malformed as malformed:
            where = "" if place == len(frames) else f" at frame {place}"
            return {"expect": f"negentropy/{malformed}{where}"}
    told = {"expect": "accepted"}
    for side, ids in zip(sets, talk.found(), strict=True):
        has = [number for number in sets[side] if reconcile.numbered(number)[1] in ids]
        told[f"{side}Has"] = " ".join(map(str, has))
    return told


# Headers that are given to the judge, and not told by it.
GIVEN = {
    "address": ("name",),
    "decode": ("maxBytes",),
    "signature": ("key", "message"),
    "open": ("mailbox", "key", "privateKey"),
    "keys": ("words", "intent", "thread"),
    "frame": ("from",),
    "negentropy": ("items",),
    "reconcile": ("initiator", "responder", "frameLimit"),
}


def check(folder: str, headers: dict, content: str) -> list[str]:
    if folder == "dialogue":
        return dialogue.differences(content.splitlines())
    return differences(folder, headers, judge(folder, headers, bytes.fromhex(content)))


def differences(folder: str, headers: dict, told: dict) -> list[str]:
    left_out = ("comment", *GIVEN.get(folder, ()))
    if headers["expect"] != "accepted" and folder == "validate":
        left_out += ("kind",)
    expected = {
        name: value
        for name, value in headers.items()
        if name not in left_out and not (folder == "reconcile" and name.startswith("frame"))
    }
    return [
        f"{name}: expected {value}, found {told.get(name)}" for name, value in expected.items() if told.get(name) != value
    ]


def main(vectors: Path) -> int:
    failed = []
    for folder in sorted(path for path in vectors.iterdir() if path.is_dir()):
        same = 0
        files = sorted(folder.glob("*.txt"))
        for path in files:
            found = check(folder.name, *read_vector(path))
            same += not found
            failed += [f"{folder.name}/{path.stem}: {difference}" for difference in found]
        print(f"{folder.name}: {same} of {len(files)} vectors")
    for difference in failed:
        print(difference)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS))
