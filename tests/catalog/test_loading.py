"""Courses on disk into the database: what changed is published, the rest is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.catalog import loading, textformat
from lms.catalog.models import Module, ModuleVersion
from lms.core.settings import ROOT
from lms.core.storage import FileStore
from lms.core.tenancy import LIBRARY_TENANT_ID

BUNDLED = ROOT / "courses"
COURSE = Path("general/information-security")


@pytest.fixture
def root(tmp_path):
    """The bundled courses reduced to one that has everything a module can have."""
    target = tmp_path / "courses"
    shutil.copytree(BUNDLED / COURSE, target / COURSE)
    return target


@pytest.fixture
def load(database, settings, clock, root):
    files = FileStore(settings.files_path)

    def run():
        loaded = loading.load_courses(database, files, root, now=clock.now())
        assert [course.slug for course in loaded] == [COURSE.name]
        return loaded[0].changed

    return run


def _versions(database):
    with database.session(LIBRARY_TENANT_ID, read_only=True) as session:
        rows = session.execute(
            select(Module.slug, func.count(ModuleVersion.id))
            .join(ModuleVersion, ModuleVersion.module_id == Module.id)
            .group_by(Module.slug)
        )
        return dict(map(tuple, rows))


def test_the_digest_of_a_folder_is_that_of_its_content(tmp_path):
    files = FileStore(tmp_path / "files")
    folders = [path.parent for path in BUNDLED.glob("*/*/*/module.md")]
    assert folders
    for folder in folders:
        content = loading.read_content(folder, files)
        assert loading.digest_folder(folder) == content.digest(), folder


def test_what_did_not_change_is_not_read_again(load, database, monkeypatch):
    modules = load()
    assert modules > 1

    def never(_folder):
        pytest.fail("an unchanged module was parsed")

    monkeypatch.setattr(textformat, "read_module", never)
    assert load() == 0
    assert set(_versions(database).values()) == {1}


@pytest.mark.parametrize("name", ["module.md", "module.en.md", "readings.csv", "assets"])
def test_a_change_of_any_file_is_published(load, database, root, name):
    load()
    found = sorted(root.glob(f"*/*/*/{name}"))
    if name == "assets":
        found = sorted(file for folder in found for file in folder.iterdir())
    file = found[0]
    added = {"readings.csv": "試験語,シケンゴ,0,試験\n".encode(), "assets": b"<!-- changed -->"}
    file.write_bytes(file.read_bytes() + added.get(name, b"\n"))
    changed = next(part for part in file.relative_to(root).parts if part[:2].isdigit())
    assert load() == 1
    versions = _versions(database)
    assert {slug for slug, count in versions.items() if count == 2} == {changed}
    assert load() == 0


def test_an_error_in_a_changed_module_is_told(load, root):
    load()
    file = min(root.glob("*/*/*/module.md"))
    file.write_bytes(b"\xff\xfe" + file.read_bytes())
    with pytest.raises(loading.SourceError):
        load()
