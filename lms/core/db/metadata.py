"""Import every model so that the metadata is complete, without knowing the slices by name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]


def import_models() -> None:
    """Import the core tables and each slice's ``models`` module."""
    import_module("lms.core.audit")
    import_module("lms.core.idempotency")
    for path in sorted(PACKAGE.glob("*/models.py")):
        import_module(f"lms.{path.parent.name}.models")
