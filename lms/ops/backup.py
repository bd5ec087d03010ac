"""One file that holds everything: a consistent database, the files and the secret.

The archive is an uncompressed tar (pictures and sound do not shrink) with ``manifest.json`` first:
release, revision, engine, and the SHA-256 of every member. It is written beside its place and
renamed, so that a backup is whole or not there.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import re
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

from sqlalchemy import make_url

import lms
from lms.core.db import dialect, schema
from lms.core.storage import FileStore, sync_folder
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from lms.core.db.engine import Database
    from lms.core.settings import Settings

MANIFEST = "manifest.json"
SECRET = "secret.key"  # noqa: S105 - the name of a file
SQLITE_COPY = "database.sqlite3"
PG_DUMP = "database.dump"
UNFINISHED = ".restore-"
"""Beginning of the name of the folder in which a backup is unpacked and checked."""
LOCK = "backup.lock"
_BEGUN = re.compile(r"\.backup-[0-9a-f]{16}")
CHUNK = 1 << 20
_STORED = re.compile(r"files/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself; ``members`` maps names to SHA-256."""

    release: str
    revision: str
    engine: str
    made_at: str
    members: dict[str, str]


def make_backup(
    settings: Settings,
    database: Database,
    target: Path,
    *,
    now: datetime,
    progress: Callable[[str, int, int], None] = lambda _s, _d, _t: None,
) -> Manifest:
    """Write everything of this server to ``target`` while it goes on serving.

    The database is copied first, then the files: files are only ever added, so every file a
    copied row names is there. What the last backup left if it was killed is taken away.

    Raises:
        DomainError: ``target`` exists or its folder does not, there is no data, another backup
            runs, the database cannot be copied, or ``pg_dump`` is missing or failed.
        OSError: the disk is full; nothing is left behind.
    """
    if target.exists():
        raise DomainError("backup.exists", "%(file)s exists already.", file=target)
    if not target.parent.is_dir():
        raise DomainError("backup.folder", "There is no folder %(folder)s.", folder=target.parent)
    if schema.current(database.reader) is None:
        # A forgotten LMS_HOME makes a new home, whose backup would be worth nothing.
        raise DomainError(
            "backup.empty",
            "There is nothing to save: the database of %(home)s is empty. Check LMS_HOME and "
            "LMS_DATABASE_URL.",
            home=settings.home,
        )
    with _alone(settings) as lock, _folder_beside(target, lock) as folder:
        copy = folder / (SQLITE_COPY if database.is_sqlite else PG_DUMP)
        progress("database", 0, 1)
        if database.is_sqlite:
            _copy_sqlite(database, copy)
        else:
            _pg("pg_dump", settings, "--format=custom", "--no-owner", f"--file={copy}")
        # The key may stand in the environment alone; seals and links hang on it all the same.
        secret = folder / SECRET
        secret.write_text(settings.secret_key, encoding="utf-8")
        members = {copy.name: copy, SECRET: secret}
        members |= {f"files/{p.name}": p for p in FileStore(settings.files_path).stored()}
        manifest = Manifest(
            release=lms.__version__,
            revision=schema.current(database.reader) or "",
            engine="sqlite" if database.is_sqlite else "postgresql",
            made_at=now.isoformat(),
            members={name: _digest(path) for name, path in members.items()},
        )
        unfinished = folder / "archive.tar"
        # A stick or a share may know no permissions, so that they cannot be changed afterwards.
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as archive:
                _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
                for done, (name, path) in enumerate(members.items(), start=1):
                    archive.add(path, arcname=name, recursive=False)
                    progress("files", done, len(members))
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(target)
    sync_folder(target.parent)
    return manifest


@contextmanager
def _alone(settings: Settings) -> Iterator[TextIO]:
    """Make sure that one backup or restore at a time is done on this home.

    Yields the file that is locked, which keeps the place of a backup that is not finished.

    Raises:
        DomainError: another one runs.
    """
    with (settings.home / LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DomainError(
                "backup.running",
                "Another backup or restore is running on %(home)s. Wait until it has ended.",
                home=settings.home,
            ) from error
        yield lock


@contextmanager
def _folder_beside(target: Path, lock: TextIO) -> Iterator[Path]:
    """A folder that is gone afterwards, as is the one that a killed backup of this home left.

    Its name is written down before it is made: only what is surely ours is ever taken away.
    """
    lock.seek(0)
    left = Path(lock.read())
    if _BEGUN.fullmatch(left.name):  # A power cut may have left half of what was written down.
        # It may lie on a stick that is not there or takes nothing, which is no reason to stop.
        shutil.rmtree(left, ignore_errors=True)
    folder = target.parent.resolve() / f".backup-{secrets.token_hex(8)}"
    lock.truncate(0)
    lock.write(str(folder))
    lock.flush()
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_sqlite(database: Database, copy: Path) -> None:
    driver = database.engine.dialect.loaded_dbapi
    try:
        dialect.copy_sqlite(database.engine, copy)
    except driver.Error as error:
        if dialect.tells_damage(error):
            raise DomainError("backup.damaged", schema.DAMAGED, why=error) from error
        raise DomainError(
            "backup.copy",
            "The database cannot be copied to %(folder)s (%(why)s). Choose a place with more room.",
            folder=copy.parent.parent,
            why=error,
        ) from error


def restore_backup(
    settings: Settings,
    database: Database,
    source: Path,
    *,
    progress: Callable[[str, int, int], None] = lambda _s, _d, _t: None,
) -> Manifest:
    """Bring an empty server to the state of a backup, and migrate it to this release.

    Every member is checked against its digest before anything is put in place.

    A restore that was interrupted can be done again; what it left is taken away.

    Raises:
        DomainError: the server is not empty, another backup or restore runs, the settings hold
            another key, or the backup is damaged, of another engine or of a newer release.
    """
    with _alone(settings):
        # A connection from before might look into a file that another restore has replaced.
        database.engine.dispose()
        if schema.current(database.engine) is not None:
            raise DomainError(
                "restore.not-empty", "This server holds data. Restore to an empty one."
            )
        manifest = _put_in_place(settings, database, source, progress)
        # What was moved must survive a power cut as what was written by the product does.
        os.sync()
    schema.upgrade(database.engine)
    return manifest


def _put_in_place(
    settings: Settings,
    database: Database,
    source: Path,
    progress: Callable[[str, int, int], None],
) -> Manifest:
    for left in settings.home.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    engine = "sqlite" if database.is_sqlite else "postgresql"
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=UNFINISHED) as name:
        folder = Path(name)
        manifest = _unpack(source, folder, progress)
        if manifest.engine != engine:
            raise DomainError(
                "restore.engine",
                "The backup is from %(found)s, this server uses %(wanted)s.",
                found=manifest.engine,
                wanted=engine,
            )
        if manifest.revision > (schema.head() or ""):
            raise DomainError(
                "restore.newer",
                "The backup is from the newer release %(release)s (database revision %(found)s); "
                "this one knows %(wanted)s. Install that release and restore again.",
                release=manifest.release,
                found=manifest.revision,
                wanted=schema.head(),
            )
        _check_key(settings, folder / SECRET)
        store = FileStore(settings.files_path)
        for member in manifest.members:
            if member.startswith("files/"):
                digest = member.removeprefix("files/")
                place = store.path(digest)
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.move(folder / "files" / digest, place)
        shutil.move(folder / SECRET, settings.home / SECRET)
        (settings.home / SECRET).chmod(0o600)
        database.dispose()
        if database.is_sqlite:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{settings.sqlite_path}{suffix}").unlink(missing_ok=True)
            shutil.move(folder / SQLITE_COPY, settings.sqlite_path)
            settings.sqlite_path.chmod(0o600)
        else:
            # All or nothing, so that a restore that failed can be tried again.
            _pg("pg_restore", settings, "--no-owner", "--single-transaction", str(folder / PG_DUMP))
    return manifest


def _check_key(settings: Settings, kept: Path) -> None:
    """Refuse a key of the settings that the restored seals and addresses do not hang on.

    Raises:
        DomainError: it is another one than that of the backup.
    """
    own = settings.home / SECRET
    made_here = own.exists() and own.read_text(encoding="utf-8").strip() == settings.secret_key
    if not made_here and kept.read_text(encoding="utf-8") != settings.secret_key:
        raise DomainError(
            "restore.key",
            "LMS_SECRET_KEY is not the key of the backup. Leave it out of the environment and of "
            "settings.toml, and restore again.",
        )


def _unpack(source: Path, folder: Path, progress: Callable[[str, int, int], None]) -> Manifest:
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest(archive, source)
            (folder / "files").mkdir()
            for done, (name, digest) in enumerate(manifest.members.items(), start=1):
                _check_name(name)
                with (folder / name).open("wb") as out:
                    shutil.copyfileobj(_member(archive, name), out, CHUNK)
                _check_digest(folder / name, digest)
                progress("check", done, len(manifest.members))
    except tarfile.ReadError as error:
        if source.stat().st_size < tarfile.BLOCKSIZE or not tarfile.is_tarfile(source):
            raise _foreign(source) from error
        raise _damaged(error) from error
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise _damaged(error) from error
    return manifest


def _manifest(archive: tarfile.TarFile, source: Path) -> Manifest:
    try:
        return Manifest(**json.loads(_member(archive, MANIFEST).read()))
    except (KeyError, ValueError, TypeError) as error:
        raise _foreign(source) from error


def _foreign(source: Path) -> DomainError:
    return DomainError("restore.foreign", "%(file)s is not a backup of this product.", file=source)


def _damaged(error: Exception) -> DomainError:
    return DomainError(
        "restore.damaged",
        "The backup is damaged (%(why)s). Use an older one.",
        why=str(error)[:80] or type(error).__name__,
    )


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    found = archive.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


def _check_digest(path: Path, digest: str) -> None:
    if _digest(path) != digest:
        raise ValueError(path.name)


def _check_name(name: str) -> None:
    if name not in {SECRET, SQLITE_COPY, PG_DUMP} and not _STORED.fullmatch(name):
        raise ValueError(name)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def _pg(program: str, settings: Settings, *args: str) -> None:
    """Run a PostgreSQL client program on this server's database.

    Raises:
        DomainError: it is missing, or it failed; the text is what it said.
    """
    found = shutil.which(program)
    if found is None:
        raise DomainError(
            "backup.client",
            "%(program)s is missing. Install the PostgreSQL client: apt-get install "
            "postgresql-client",
            program=program,
        )
    # A list of arguments can be read by everybody on the machine, so the password is no part of it.
    url = make_url(settings.database_url).set(drivername="postgresql")
    # Options of the address would take the place of ours.
    url = url.difference_update_query(["options"])
    address = url.set(password=None).render_as_string()
    environment = {**os.environ, "PGOPTIONS": "-c lms.platform=on"}
    if url.password is not None:
        environment["PGPASSWORD"] = str(url.password)
    # Row-level security hides rows from an ordinary dump, so it is run as a platform session.
    rls = ["--enable-row-security"] if program == "pg_dump" else []
    done = subprocess.run(  # noqa: S603 - a program found above, with our own arguments
        [found, *rls, f"--dbname={address}", *args],
        check=False,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise DomainError(
            "backup.failed",
            "%(program)s failed: %(why)s",
            program=program,
            why=done.stderr.strip()[-500:] or f"code {done.returncode}",
        )
