"""Frames between client and relay (page 8 and messages.cddl)."""

from .errors import Refusal, require
from .filters import filter_shape
from .profile import FRAME_BYTES, decode, encode
from .shapes import boolean, byte_string, id32, integer, key32, octets, record, text, time, true, uint53

credit_count = integer(0, 1_000_000)
short_text = text(r"[\s\S]*", 0, 500)

limits = record(
    {
        "frame": integer(1, 65_536),
        "message": integer(1, 65_536),
        "subscriptions": integer(1, 1_000_000),
        "filterTerms": integer(1, 1_000_000),
        "credit": credit_count,
        "mailboxes": integer(1, 1_000_000),
        "lifetime": integer(1, 2**53 - 1),
        "skew": uint53,
    }
)

CLIENT_FRAMES = {
    "publish": (uint53, byte_string),
    "subscribe": (uint53, filter_shape, record({"live": boolean, "credit": credit_count}, {"after": uint53})),
    "credit": (uint53, credit_count),
    "unsubscribe": (uint53,),
    "authenticate": (uint53, key32, octets(64)),
}

RELAY_FRAMES = {
    "hello": (
        record(
            {
                "version": integer(1, 1),
                "name": short_text,
                "software": short_text,
                "challenge": octets(32),
                "store": octets(16),
                "position": uint53,
                "time": time,
                "limits": limits,
            }
        ),
    ),
    "accepted": (uint53, record({}, {"id": id32, "position": uint53, "matched": uint53, "duplicate": true})),
    "rejected": (uint53, short_text, short_text, short_text, uint53),
    "message": (uint53, uint53, byte_string),
    "caughtUp": (uint53, uint53),
    "ended": (uint53, short_text, short_text),
}


def decode_client_frame(data: bytes) -> list:
    return named_frame(data, FRAME_BYTES, CLIENT_FRAMES, "frame-unknown")


def decode_relay_frame(data: bytes) -> list:
    return named_frame(data, FRAME_BYTES, RELAY_FRAMES, "frame-unknown")


def challenge_bytes(name: str, challenge: bytes, mailbox: bytes) -> bytes:
    """What a mailbox signs (page 8, section 5)."""
    return encode(["intentcast.v1 mailbox", name, challenge, mailbox])


def frame_value(data: bytes, max_bytes: int):
    """The value of the wire profile that a frame is; its size is looked at first."""
    require(len(data) <= max_bytes, "frame-too-large")
    try:
        return decode(data, max_bytes)
    except Refusal:
        raise Refusal("frame-malformed") from None


def named_frame(data: bytes, max_bytes: int, frames: dict, unknown: str) -> list:
    """A frame of a name and what its name requires; another name is refused with the code `unknown`."""
    frame = frame_value(data, max_bytes)
    require(isinstance(frame, list) and len(frame) > 0 and isinstance(frame[0], str), "frame-malformed")
    require(frame[0] in frames, unknown)
    shapes = frames[frame[0]]
    require(len(frame) == 1 + len(shapes), "frame-malformed")
    require(all(shape(part) for shape, part in zip(shapes, frame[1:])), "frame-malformed")
    return frame
