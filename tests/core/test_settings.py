"""Settings: what an operator sets wrongly is named, whoever starts the product."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lms.core.settings import ROOT, SettingsError, load_settings


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"PORT": "abc"}, "PORT must be a whole number, not 'abc'"),
        ({"LMS_WEB_WORKERS": "two"}, "LMS_WEB_WORKERS must be a whole number"),
        ({"LMS_LANGUAGE": "fr"}, "LMS_LANGUAGE must be ja or en"),
        ({"LMS_DATABASE_URL": "mysql://a/b"}, "LMS_DATABASE_URL must look like postgresql://"),
        ({"LMS_HOME": "/proc/none"}, "LMS_HOME /proc/none cannot be made"),
    ],
)
def test_a_wrong_value_is_named(environ, name, tmp_path):
    with pytest.raises(SettingsError, match=name):
        load_settings({"LMS_HOME": str(tmp_path), **environ})


@pytest.mark.parametrize(
    ("text", "reason"),
    [("colour = 1", "no setting 'colour'"), ("port = ", "cannot be read"), ("port = 'x'", "port")],
)
def test_a_wrong_file_is_named(text, reason, tmp_path):
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=reason) as caught:
        load_settings({"LMS_HOME": str(tmp_path)})
    assert "settings.toml" in str(caught.value)


def test_the_file_holds_unless_the_environment_says_otherwise(tmp_path):
    (tmp_path / "settings.toml").write_text("port = 81\nlanguage = 'en'", encoding="utf-8")
    settings = load_settings({"LMS_HOME": str(tmp_path), "PORT": "82"})
    assert (settings.port, settings.language) == (82, "en")


def test_the_command_line_prints_one_sentence(tmp_path):
    environ = {**os.environ, "LMS_HOME": str(tmp_path), "PORT": "abc"}
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "lms", "db", "status"]
    result = subprocess.run(  # noqa: S603 - our own program
        words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (
        1, "Error: PORT must be a whole number, not 'abc'.\n"
    )  # fmt: skip
