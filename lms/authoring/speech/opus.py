"""The Opus encoder of the operating system (Debian package ``libopus0``, BSD), where it is there.

The libopus inside soundfile's wheel is built without the processor's vector instructions and fixed
at the highest effort; this one takes a third of its time. Interface: libopus 1.1 or newer,
``opus.h`` and ``opus_defines.h``, called through ctypes. The header is that of RFC 7845, 5.1.
"""

from __future__ import annotations

import ctypes
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.authoring.speech.provider import Samples

_LIBRARY = "libopus.so.0"
_FOR_AUDIO = 2049
_SET_BITRATE, _SET_COMPLEXITY, _SET_SIGNAL, _GET_LOOKAHEAD = 4002, 4010, 4024, 4027
_VOICE = 3001
_EFFORT = 5
"""Of 10. On speech at 16 kbit/s the sizes are the same, and 10 takes half as long again."""

_LARGEST_PACKET = 1275
"""Bytes of one frame at most (RFC 6716, 3.2.1)."""

_TICKS = 48_000


def is_available() -> bool:
    """Whether the machine has the library."""
    return _library() is not None


def encode(
    samples: Samples, *, rate: int, packet_samples: int, kilobits: int
) -> tuple[bytes, list[bytes]]:
    """Return the identification header and the packets of mono float32 samples.

    Args:
        samples: full scale at 1.0; a whole number of packets long.
        rate: samples a second; 8, 12, 16, 24 or 48 thousand.
        packet_samples: samples of a packet.
        kilobits: kilobits a second.

    Raises:
        RuntimeError: the library is missing or refuses its arguments.
    """
    library = _library()
    if library is None:
        raise RuntimeError(f"{_LIBRARY} is not installed")
    error = ctypes.c_int()
    encoder = library.opus_encoder_create(rate, 1, _FOR_AUDIO, ctypes.byref(error))
    if error.value:
        raise RuntimeError(f"libopus answered {error.value}")
    try:
        for request, value in (
            (_SET_BITRATE, kilobits * 1000),
            (_SET_COMPLEXITY, _EFFORT),
            (_SET_SIGNAL, _VOICE),
        ):
            library.opus_encoder_ctl(encoder, request, ctypes.c_int(value))
        lookahead = ctypes.c_int()
        library.opus_encoder_ctl(encoder, _GET_LOOKAHEAD, ctypes.byref(lookahead))
        packets = _packets(library, encoder, samples.tobytes(), packet_samples)
    finally:
        library.opus_encoder_destroy(encoder)
    return _head(rate, lookahead.value * _TICKS // rate), packets


def _packets(
    library: ctypes.CDLL, encoder: ctypes.c_void_p, content: bytes, packet_samples: int
) -> list[bytes]:
    target = ctypes.create_string_buffer(_LARGEST_PACKET)
    step = packet_samples * ctypes.sizeof(ctypes.c_float)
    packets = []
    for start in range(0, len(content), step):
        size = library.opus_encode_float(
            encoder, content[start : start + step], packet_samples, target, _LARGEST_PACKET
        )
        if size < 0:
            raise RuntimeError(f"libopus answered {size}")
        packets.append(target.raw[:size])
    return packets


def _head(rate: int, delay: int) -> bytes:
    """Return ``OpusHead`` for one channel; ``delay`` is in ticks of 48 kHz."""
    return b"OpusHead\x01\x01" + delay.to_bytes(2, "little") + rate.to_bytes(4, "little") + bytes(3)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    library.opus_encoder_create.restype = ctypes.c_void_p
    library.opus_encoder_create.argtypes = [
        ctypes.c_int32, ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
    ]  # fmt: skip
    library.opus_encoder_destroy.restype = None
    library.opus_encoder_destroy.argtypes = [ctypes.c_void_p]
    library.opus_encoder_ctl.restype = ctypes.c_int
    # The control function takes a varying third argument, so only the first two are declared.
    library.opus_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.opus_encode_float.restype = ctypes.c_int32
    library.opus_encode_float.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int32
    ]  # fmt: skip
    return library
