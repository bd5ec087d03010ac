"""One frozen Settings, read from the environment and from ``$LMS_HOME/settings.toml``."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from lms.core.i18n import LOCALES

ROOT = Path(__file__).resolve().parents[2]
"""The checked-out product folder, which holds ``templates/``, ``courses/`` and ``migrations/``."""

ADDRESSES = ("postgresql://", "postgresql+psycopg://", "sqlite:///")
"""How the address of a database may begin."""


class SettingsError(ValueError):
    """What an operator has set cannot be used; the text says which setting and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set. Each field is ``LMS_<NAME>`` in the environment."""

    home: Path
    """The one folder that holds all data: database, files, secrets, logs."""

    database_url: str = ""
    """SQLAlchemy address of PostgreSQL; empty means SQLite in ``home``."""

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
    """Background processes for conversion and speech."""

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
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.sqlite_path}"

    @property
    def is_sqlite(self) -> bool:
        return self.effective_database_url.startswith("sqlite")

    @property
    def effective_base_url(self) -> str:
        return self.base_url or f"http://{self.host}:{self.port}"


def _convert(name: str, kind: str, raw: object) -> Any:  # noqa: ANN401 - a field's type
    if kind == "bool":
        return raw if isinstance(raw, bool) else str(raw).lower() in {"1", "true", "yes", "on"}
    if kind == "int":
        try:
            return int(str(raw))
        except ValueError:
            raise SettingsError(f"{name} must be a whole number, not {str(raw)!r}.") from None
    if kind == "Path":
        return Path(str(raw))
    return str(raw)


def load_settings(environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    """Read the settings: keyword overrides, then environment, then ``settings.toml``.

    Creates the home folder and the secret key where they are missing.

    Raises:
        SettingsError: a value is of the wrong kind or unknown, ``settings.toml`` cannot be read,
            or the home folder cannot be made.
    """
    env = dict(os.environ if environ is None else environ)
    home = Path(str(overrides.get("home") or env.get("LMS_HOME") or ROOT / "var")).resolve()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(f"LMS_HOME {home} cannot be made: {error.strerror}.") from error
    known = {f.name: str(f.type) for f in fields(Settings)}
    values: dict[str, Any] = {}
    config = home / "settings.toml"
    for key, raw in _read(config).items():
        if key not in known or key == "home":
            raise SettingsError(f"{config}: there is no setting {key!r}.")
        values[key] = _convert(f"{config}: {key}", known[key], raw)
    if env.get("PORT"):
        values["port"] = _convert("PORT", "int", env["PORT"])
    for key, kind in known.items():
        name = f"LMS_{key.upper()}"
        if name in env and key != "home":
            values[key] = _convert(name, kind, env[name])
    values.update({k: v for k, v in overrides.items() if k != "home"})
    _check(values)
    if not values.get("secret_key"):
        values["secret_key"] = _secret(home / "secret.key")
    return Settings(home=home, **values)


def _read(config: Path) -> dict[str, object]:
    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{config} cannot be read: {error}.") from error


def _check(values: dict[str, Any]) -> None:
    """Refuse what would only fail later, in words nobody understands."""
    language = values.get("language", "ja")
    if language not in LOCALES:
        raise SettingsError(f"LMS_LANGUAGE must be ja or en, not {language!r}.")
    address = values.get("database_url", "")
    if address and not address.startswith(ADDRESSES):
        raise SettingsError(
            "LMS_DATABASE_URL must look like postgresql://user:password@host:5432/database, "
            "or be empty for SQLite."
        )


def _secret(path: Path) -> str:
    if not path.exists():
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()
