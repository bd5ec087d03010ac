"""Settings: what an operator sets wrongly is named, whoever starts the product."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lms.core.settings import EVERY_ADDRESS, ROOT, SettingsError, load_settings


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"PORT": "abc"}, "PORT must be a whole number from 1 to 65535, not “abc”"),
        ({"PORT": "0"}, "PORT must be a whole number"),
        ({"PORT": "65536"}, "PORT must be a whole number"),
        ({"LMS_PORT": "-1"}, "LMS_PORT must be a whole number"),
        ({"LMS_WEB_WORKERS": "two"}, "LMS_WEB_WORKERS must be a whole number"),
        ({"LMS_WEB_WORKERS": "0"}, "LMS_WEB_WORKERS must be a whole number from 1"),
        ({"LMS_IDLE_MINUTES": "0"}, "LMS_IDLE_MINUTES must be a whole number from 1"),
        ({"LMS_UPLOAD_LIMIT_MB": ""}, "LMS_UPLOAD_LIMIT_MB must be a whole number from 1"),
        ({"LMS_SECURE_COOKIES": "ture"}, "LMS_SECURE_COOKIES must be yes or no, not “ture”"),
        ({"LMS_SECRET_KEY": "short"}, "LMS_SECRET_KEY must have at least 32 characters"),
        ({"LMS_BASE_URL": "lms.example.jp"}, "LMS_BASE_URL must look like https://"),
        ({"LMS_DATABASE_URL": "postgresql://a/"}, "LMS_DATABASE_URL must look like"),
        ({"LMS_DATABASE_URL": "postgresql://a:54x/b"}, "LMS_DATABASE_URL must look like"),
        ({"LMS_DATABASE_URL": "sqlite:///a.db"}, "or be empty for SQLite"),
        ({"LMS_DATABSE_URL": ""}, "no setting LMS_DATABSE_URL. Did you mean LMS_DATABASE_URL"),
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
    [("colour = 1", "no setting “colour”"), ("port = ", "cannot be read"), ("port = 'x'", "port")],
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


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PORT": "abc"}, "エラー: PORTには1から65535までの整数を"),
        ({"PORT": "abc", "LMS_LANGUAGE": "en"}, "Error: PORT must be a whole number"),
        ({"LMS_VOICE": "nope"}, "エラー: LMS_VOICE には、次の声のどれかを"),
        ({"LMS_VOICE": "nope", "LMS_LANGUAGE": "en"}, "openjtalk/mei, silent, not “nope”."),
    ],
)
def test_the_command_line_prints_one_sentence(tmp_path, wrong, said):
    environ = {**os.environ, "LMS_HOME": str(tmp_path), **wrong}
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "lms", "db", "status"]
    result = subprocess.run(  # noqa: S603 - our own program
        words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_numbers_and_switches_are_read(tmp_path):
    environ = {"LMS_JOB_WORKERS": "0", "LMS_SECURE_COOKIES": "Yes", "LMS_BASE_URL": "https://a.jp/"}
    settings = load_settings({"LMS_HOME": str(tmp_path), **environ})
    assert (settings.job_workers, settings.secure_cookies) == (0, True)
    assert settings.effective_base_url == "https://a.jp"


@pytest.fixture
def closed():
    """A folder to which this process may not write, also where the tests run as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "home"
        folder.mkdir()
        Path(name).chmod(0o755)
        folder.chmod(0o555)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        yield folder
        os.seteuid(user)


def test_a_folder_that_cannot_be_written_to_is_named(closed):
    with pytest.raises(SettingsError, match=f"Nothing can be written to LMS_HOME {closed}"):
        load_settings({"LMS_HOME": str(closed)})


def test_a_key_that_was_cut_off_is_never_used(tmp_path):
    first = load_settings({"LMS_HOME": str(tmp_path)}).secret_key
    assert load_settings({"LMS_HOME": str(tmp_path)}).secret_key == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SettingsError, match=r"secret\.key is damaged"):
        load_settings({"LMS_HOME": str(tmp_path)})


def test_the_name_of_a_driver_is_left_out_of_the_address(tmp_path):
    """The workers and ``pg_dump`` give the address to PostgreSQL's own library."""
    given = {"LMS_DATABASE_URL": "postgresql+psycopg://u:p@h:5432/town"}
    assert load_settings(given, home=tmp_path).database_url == "postgresql://u:p@h:5432/town"


@pytest.mark.parametrize(
    ("host", "base_url", "address"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8000"),
        ("::1", "", "http://[::1]:8000"),
        (EVERY_ADDRESS[0], "", f"http://{socket.gethostname()}:8000"),
        (EVERY_ADDRESS[1], "", f"http://{socket.gethostname()}:8000"),
        (EVERY_ADDRESS[0], "https://lms.example.jp/", "https://lms.example.jp"),
    ],
)
def test_the_address_on_certificates_is_one_that_can_be_opened(tmp_path, host, base_url, address):
    settings = load_settings({}, home=tmp_path, host=host, base_url=base_url)
    assert settings.effective_base_url == address
