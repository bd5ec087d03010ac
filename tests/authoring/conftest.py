"""A trainer, a browser and a worker."""

from __future__ import annotations

import pytest

from lms.authoring import tasks
from lms.core.access import Role
from lms.jobs.registry import JobContext


@pytest.fixture
def trainer(cast):
    return cast.endo.actor(Role.TRAINER)


@pytest.fixture
def browser(visitor, cast):
    return visitor(cast.endo)


@pytest.fixture
def run(app, cast):
    """``run(public_id)`` does the import job as the worker would."""

    def work(public_id):
        state = app.extensions["lms"]
        context = JobContext(
            state.db, state.files, state.settings, state.clock, cast.aoba, "job", None,
            lambda *_: None,
        )  # fmt: skip
        return tasks.import_deck(context, public_id)

    return work
