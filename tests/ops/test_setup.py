"""Setting a machine up: what is missing is said in one line, what is there is not done again."""

from __future__ import annotations

import pytest

from lms.ops import setup


def test_what_is_missing_is_said_in_one_line(capsys):
    needs = [need for need in setup.NEEDS if not need.needed]
    setup.report_missing(needs)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "sudo apt-get install" in out
    assert all(package in out for need in needs for package in need.packages)
    setup.report_missing([])
    assert capsys.readouterr().out == ""


def test_the_set_up_ends_when_nothing_works_without_it(capsys):
    with pytest.raises(SystemExit):
        setup.report_missing([need for need in setup.NEEDS if need.needed])
    assert "python3-venv" in capsys.readouterr().out


def test_nothing_is_installed_where_apt_may_not_be_called(monkeypatch):
    monkeypatch.setattr(setup, "is_met", lambda _need: False)
    monkeypatch.setattr(setup, "apt_prefix", lambda: None)
    assert setup.install_packages(for_tests=False) == [n for n in setup.NEEDS if not n.for_tests]


def test_unchanged_locks_are_not_installed_again(tmp_path, monkeypatch):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    ran = []
    monkeypatch.setattr(setup.subprocess, "run", lambda command, **_: ran.append(command))
    assert setup.install_environment(tmp_path, for_tests=True)
    assert len(ran) == 3
    # A lock is complete; a search for more would take releases that it does not know.
    assert all({"--require-hashes", "--no-deps"} <= set(command) for command in ran)
    assert not setup.install_environment(tmp_path, for_tests=True)
    assert len(ran) == 3


def test_the_voice_comes_without_its_large_dictionary():
    assert "requirements-speech.lock" in setup.locks(for_tests=False)
    for name in ("requirements.lock", "requirements-speech.lock"):
        assert "sudachidict" not in (setup.ROOT / name).read_text("utf-8").lower()
