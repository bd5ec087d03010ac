"""What kind of sound a recording is, told from how its file begins. Pure."""

from __future__ import annotations

HEAD = 12
"""So many bytes tell the kind."""

_FRAME = 0xFFE0
"""The eleven bits that each frame of an MP3 file begins with."""


def sound_ending(content: bytes) -> str:
    """The ending of the kind of sound that begins with these bytes; empty for anything else."""
    if content[:4] == b"RIFF" and content[8:HEAD] == b"WAVE":
        return ".wav"
    if content[:4] == b"OggS":
        return ".ogg"
    if content[:4] == b"fLaC":
        return ".flac"
    is_frame = int.from_bytes(content[:2]) & _FRAME == _FRAME
    return ".mp3" if content[:3] == b"ID3" or is_frame else ""
