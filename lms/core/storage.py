"""Content-addressed files: the name is the SHA-256 of the bytes, so a file never changes.

A write goes to a temporary file beside the folders, is fsynced, renamed, and the folder is
fsynced; only then may a row name it.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class FileStore:
    """A local folder of immutable files, two levels deep.

    Args:
        root: the folder; made where it is missing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, digest: str) -> Path:
        """Where the bytes of a digest lie (they may be missing).

        Raises:
            ValueError: ``digest`` is not 64 lower-case hexadecimal characters.
        """
        if len(digest) != 64 or any(c not in "0123456789abcdef" for c in digest):  # noqa: PLR2004
            raise ValueError("not a digest")
        return self.root / digest[:2] / digest

    def put(self, data: bytes) -> str:
        """Store bytes durably and return their digest."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.exists(digest):
            self.put_stream(io.BytesIO(data), limit=len(data))
        return digest

    def put_stream(self, source: IO[bytes], *, limit: int) -> tuple[str, int]:
        """Store a stream durably; returns digest and size.

        Raises:
            OverflowError: the stream is longer than ``limit`` bytes; nothing is kept.
        """
        temporary = self.root / f".{secrets.token_hex(8)}"
        digest = hashlib.sha256()
        size = 0
        try:
            with temporary.open("wb") as out:
                while chunk := source.read(1 << 20):
                    size += len(chunk)
                    if size > limit:
                        raise OverflowError(limit)
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            target = self.path(digest.hexdigest())
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary.rename(target)
            sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def get(self, digest: str) -> bytes:
        """The bytes of a digest.

        Raises:
            FileNotFoundError: they are not there.
        """
        return self.path(digest).read_bytes()

    def exists(self, digest: str) -> bool:
        """Whether the bytes are there."""
        return self.path(digest).exists()

    def stored(self) -> Iterator[Path]:
        """Every finished file in the order of digests."""
        yield from (path for path in sorted(self.root.glob("??/*")) if path.is_file())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
