"""Counts the SQL statements of a block."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lms.core.db.engine import Database


class StatementRecorder:
    def __init__(self, database: Database) -> None:
        self.engines = database.engine, database.reader
        self.seen: list[str] = []
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._record)

    def _record(self, _c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        # The transaction's own setting of the tenant is not a statement of the page.
        if "set_config(" not in statement:
            self.seen.append(statement)

    @contextmanager
    def __call__(self, *, most: int) -> Iterator[list[str]]:
        start = len(self.seen)
        block: list[str] = []
        yield block
        block.extend(self.seen[start:])
        assert len(block) <= most, f"{len(block)} statements:\n" + "\n".join(block)

    def close(self) -> None:
        for engine in self.engines:
            event.remove(engine, "before_cursor_execute", self._record)
