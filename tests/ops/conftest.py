"""Commands as an operator gives them, and a municipality that they made."""

from __future__ import annotations

import pytest

from lms.cli.main import lms
from tests.ops.town import CODE


@pytest.fixture
def run(app):
    """``run("tenant", "list")`` gives the result of a command."""
    return lambda *words, **options: app.test_cli_runner().invoke(lms, words, **options)


@pytest.fixture
def town(run):
    """千代田区 without anybody."""
    made = run("tenant", "add", CODE, "千代田区")
    assert made.exit_code == 0, made.output
    return CODE
