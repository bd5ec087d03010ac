"""One frozen Settings, read from the environment and from ``$LMS_HOME/settings.toml``."""

from __future__ import annotations

import difflib
import os
import secrets
import socket
import tomllib
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lms.core.i18n import LOCALES
from lms.kernel.messages import N_
from lms.kernel.result import DomainError

ROOT = Path(__file__).resolve().parents[2]
"""The checked-out product folder, which holds ``templates/``, ``courses/`` and ``migrations/``."""

_DRIVER = "postgresql+psycopg://"
ADDRESSES = ("postgresql://", _DRIVER)
"""How the address of a database may begin; only SQLAlchemy understands the second."""

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
"""Values of ``host`` that let the whole network in."""

LEAST_SECRET = 32
"""Characters of a key that nobody guesses."""

LIMITS = {
    "port": (1, 65_535),
    "web_workers": (1, 256),
    "job_workers": (0, 256),
    "trusted_proxies": (0, 10),
    "upload_limit_mb": (1, 10_000),
    "argon2_memory_kib": (64, 1_048_576),
    "idle_minutes": (1, 10_080),
    "absolute_hours": (1, 8_760),
}
"""Smallest and largest value of each number."""

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


class SettingsError(DomainError):
    """What an operator has set cannot be used; the text says which setting and why."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__("settings", message, None, **values)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set. Each field is ``LMS_<NAME>`` in the environment."""

    home: Path
    """The one folder that holds all data: database, files, secrets, logs."""

    database_url: str = ""
    """Address of PostgreSQL; empty means SQLite in ``home``."""

    secret_key: str = ""
    """Signs cookies and addresses; made at first start and kept in ``home/secret.key``."""

    host: str = "127.0.0.1"
    """Address the server listens on."""

    port: int = 8000
    """Port the server listens on (``PORT`` is honoured too)."""

    base_url: str = ""
    """Public address used in certificates and mails; empty means host and port."""

    web_workers: int = 2
    """Web processes."""

    job_workers: int = 2
    """Background processes for conversion and speech; none where another machine does the work."""

    voice: str = "openjtalk/mei"
    """Voice of modules that name none."""

    language: str = "ja"
    """Language before a person chooses one: ``ja`` or ``en``."""

    testing: bool = False
    """Raises on a write during GET and shows errors; for tests only."""

    secure_cookies: bool = False
    """Send cookies over HTTPS only; set it behind a TLS proxy."""

    trusted_proxies: int = 0
    """Number of reverse proxies whose forwarding headers are believed."""

    upload_limit_mb: int = 200
    """Largest accepted upload in MiB."""

    argon2_memory_kib: int = 19456
    """Memory of the password hash in KiB."""

    idle_minutes: int = 480
    """A sign-in ends after this many minutes without a request."""

    absolute_hours: int = 24
    """A sign-in ends after this many hours in any case."""

    @property
    def sqlite_path(self) -> Path:
        return self.home / "lms.sqlite3"

    @property
    def files_path(self) -> Path:
        return self.home / "files"

    @property
    def is_sqlite(self) -> bool:
        return not self.database_url

    @property
    def effective_base_url(self) -> str:
        if self.base_url:
            return self.base_url.rstrip("/")
        # Who listens on every address has none of them as a name.
        host = socket.gethostname() if self.host in EVERY_ADDRESS else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def _convert(name: str, key: str, kind: str, raw: object) -> Any:  # noqa: ANN401 - a field's type
    """The value of the setting ``key``; ``name`` is what the operator calls it."""
    text = str(raw).strip()
    if kind == "bool":
        if text.lower() not in _TRUE | _FALSE:
            raise SettingsError(
                N_("%(name)s must be yes or no, not “%(value)s”."), name=name, value=text
            )
        return text.lower() in _TRUE
    if kind == "int":
        least, most = LIMITS[key]
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise SettingsError(
                N_("%(name)s must be a whole number from %(least)s to %(most)s, not “%(value)s”."),
                name=name,
                least=least,
                most=most,
                value=text,
            )
        return int(text)
    return text


def load_settings(environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    """Read the settings: keyword overrides, then environment, then ``settings.toml``.

    Creates the home folder and the secret key where they are missing.

    Raises:
        SettingsError: a value is of the wrong kind or unknown, ``settings.toml`` cannot be read,
            or the home folder cannot be made or written to.
    """
    env = dict(os.environ if environ is None else environ)
    home = _home(env, overrides)
    _make_home(home)
    known = {f.name: str(f.type) for f in fields(Settings)}
    _refuse_misspelt(env, known)
    values: dict[str, Any] = {}
    config = home / "settings.toml"
    for key, raw in _read(config).items():
        if key not in known or key == "home":
            raise SettingsError(
                N_("%(file)s: there is no setting “%(key)s”."), file=config, key=key
            )
        values[key] = _convert(f"{config}: {key}", key, known[key], raw)
    if env.get("PORT"):
        values["port"] = _convert("PORT", "port", "int", env["PORT"])
    for key, kind in known.items():
        name = f"LMS_{key.upper()}"
        if name in env and key != "home":
            values[key] = _convert(name, key, kind, env[name])
    values.update({k: v for k, v in overrides.items() if k != "home"})
    _check(values)
    if values.get("database_url", "").startswith(_DRIVER):
        values["database_url"] = values["database_url"].replace(_DRIVER, "postgresql://", 1)
    if not values.get("secret_key"):
        values["secret_key"] = _secret(home / "secret.key")
    return Settings(home=home, **values)


def stated_language() -> str:
    """The first language as far as it can be read although other settings are wrong."""
    home = _home(dict(os.environ), {})
    try:
        stated = os.environ.get("LMS_LANGUAGE") or _read(home / "settings.toml").get("language")
    except SettingsError:
        stated = None
    return str(stated) if stated in LOCALES else "ja"


def _home(env: dict[str, str], overrides: dict[str, object]) -> Path:
    return Path(str(overrides.get("home") or env.get("LMS_HOME") or ROOT / "var")).resolve()


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            N_("LMS_HOME %(home)s cannot be made: %(why)s."), home=home, why=error.strerror
        ) from error
    if not os.access(home, os.W_OK | os.X_OK, effective_ids=True):
        raise SettingsError(
            N_(
                "Nothing can be written to LMS_HOME %(home)s. Give this user the right to, or "
                "choose another folder."
            ),
            home=home,
        )


def _refuse_misspelt(env: dict[str, str], known: dict[str, str]) -> None:
    """Refuse a name that is nearly that of a setting; the server would silently go without it."""
    names = [f"LMS_{key.upper()}" for key in known]
    for name in env:
        if not name.startswith("LMS_") or name in names:
            continue
        meant = difflib.get_close_matches(name, names, n=1, cutoff=0.8)
        if meant:
            raise SettingsError(
                N_("There is no setting %(name)s. Did you mean %(meant)s?"),
                name=name,
                meant=meant[0],
            )


def _read(config: Path) -> dict[str, object]:
    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(
            N_("%(file)s cannot be read: %(why)s."), file=config, why=error
        ) from error


def _check(values: dict[str, Any]) -> None:
    """Refuse what would only fail later, in words nobody understands."""
    language = values.get("language", "ja")
    if language not in LOCALES:
        raise SettingsError(N_("LMS_LANGUAGE must be ja or en, not “%(value)s”."), value=language)
    address = values.get("database_url", "")
    if address and not (address.startswith(ADDRESSES) and _names_database(address)):
        raise SettingsError(
            N_(
                "LMS_DATABASE_URL must look like postgresql://user:password@host:5432/database, "
                "or be empty for SQLite."
            )
        )
    public = values.get("base_url", "")
    if public and not (public.startswith(("http://", "https://")) and urlsplit(public).hostname):
        raise SettingsError(
            N_("LMS_BASE_URL must look like https://lms.example.jp, not “%(value)s”."),
            value=public,
        )
    if 0 < len(values.get("secret_key", "")) < LEAST_SECRET:
        raise SettingsError(
            N_(
                "LMS_SECRET_KEY must have at least %(count)s characters. Leave it out, and the "
                "server makes one."
            ),
            count=LEAST_SECRET,
        )


def _names_database(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.port != 0 and len(parts.path) > 1
    except ValueError:
        return False


def _secret(path: Path) -> str:
    """The key of this home; made whole or not at all, for several processes may start at once."""
    try:
        if not path.exists():
            _make_secret(path)
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(
            N_("%(file)s cannot be read or made: %(why)s."), file=path, why=error
        ) from error
    if len(found) < LEAST_SECRET:
        raise SettingsError(N_("%(file)s is damaged. Put it back from a backup."), file=path)
    return found


def _make_secret(path: Path) -> None:
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
            out.flush()
            os.fsync(out.fileno())
        # A link takes no place that another process has filled meanwhile.
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
