"""What supervisors and load balancers are told."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from lms.authoring import sandbox
from lms.cli.main import lms
from lms.core.access import system_actor
from lms.core.db import schema
from lms.core.db.engine import Database
from lms.core.settings import EVERY_ADDRESS
from lms.jobs import service
from lms.ops import health


def test_ready_names_every_check_to_this_machine_only(app, visitor):
    answer = visitor().get("/health/ready")
    assert answer.status_code == 200
    assert set(answer.json["checks"]) == {"database", "revision", "workers", "disk"}
    elsewhere = visitor().get("/health/ready", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    assert elsewhere.json == {"status": "ready"}
    assert visitor().get("/health/live").json == {"status": "live"}


@pytest.mark.parametrize(
    "passed_on",
    [
        {"Forwarded": "for=10.1.2.3"},
        {"Via": "1.1 proxy"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "10.1.2.3"},
        {"Host": "lms.example.lg.jp"},
        {"Host": "127.0.0.1.example.jp:8000"},
        {"Host": "[::1"},
    ],
)
def test_what_a_proxy_on_this_machine_passes_on_is_told_no_details(app, passed_on):
    """It asks from 127.0.0.1 for everybody, and nobody may have set LMS_TRUSTED_PROXIES."""
    answer = app.test_client().get("/health/ready", headers=passed_on)
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_told_under_each_of_its_names(app, host):
    assert app.test_client().get("/health/ready", headers={"Host": host}).json["checks"]


def test_an_old_database_is_not_ready(app, database, visitor):
    schema.downgrade(database.engine, "0003")
    assert visitor().get("/health/ready").status_code == 503


def test_work_that_nobody_does_is_not_ready(app, cast, clock, database, visitor):
    with database.transaction(cast.aoba) as session:
        service.enqueue(session, "x.y", {}, actor=system_actor(cast.aoba), now=clock.now())
    assert visitor().get("/health/ready").status_code == 200
    clock.moment += health.LONGEST_WAIT + timedelta(seconds=1)
    answer = visitor().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["workers"]["good"]) == (503, False)


def test_a_full_disk_is_not_ready(app, monkeypatch, visitor):
    monkeypatch.setattr(health, "LEAST_FREE", 1.0)
    assert visitor().get("/health/ready").status_code == 503


def test_the_doctor_looks_at_who_may_look_in(app, settings):
    doctor = app.test_cli_runner()
    assert "ok  データのフォルダー" in doctor.invoke(lms, ("doctor",)).output
    settings.home.chmod(0o755)
    assert f"chmod 700 {settings.home}" in doctor.invoke(lms, ("doctor",)).output


def test_the_doctor_knows_whose_the_data_are(app, monkeypatch):
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    assert (
        "NO  データのフォルダー: 所有者は" in app.test_cli_runner().invoke(lms, ("doctor",)).output
    )


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({}, "ok"),
        ({"host": EVERY_ADDRESS[0]}, "NO"),
        ({"trusted_proxies": 1}, "NO"),
        ({"host": EVERY_ADDRESS[0], "base_url": "https://lms.example.jp"}, "ok"),
    ],
)
def test_the_doctor_minds_a_guessed_address_on_certificates(app, changed, mark):
    state = app.extensions["lms"]
    state.settings = replace(state.settings, **changed)
    said = app.test_cli_runner().invoke(lms, ("doctor",)).output
    assert f"{mark}  修了証書に載るアドレス" in said


def test_the_doctor_knows_what_the_converter_lacks(app, tmp_path, monkeypatch):
    """A machine may have every program and forbid the cage."""
    monkeypatch.setenv("PATH", str(tmp_path))
    sandbox._prove_isolation.cache_clear()
    doctor = app.test_cli_runner()
    assert "apt-get install libreoffice" in doctor.invoke(lms, ("doctor",)).output
    for name in ("soffice", "bwrap", "prlimit"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    output = doctor.invoke(lms, ("doctor",)).output
    assert "apt-get install libreoffice" not in output
    assert "ユーザー名前空間" in output


@pytest.mark.postgres
def test_the_doctor_knows_a_role_that_sees_every_row(app, database, settings, postgres):
    doctor = app.test_cli_runner()
    assert "ok  団体" in doctor.invoke(lms, ("doctor",)).output
    state = app.extensions["lms"]
    address = settings.database_url.replace("lms:lms@", "postgres@")
    state.db = Database(replace(settings, database_url=address))
    try:
        assert "NO  団体: 分かれていません" in doctor.invoke(lms, ("doctor",)).output
    finally:
        state.db.dispose()
        state.db = database


@pytest.mark.postgres
def test_the_doctor_misses_what_a_backup_needs(app, monkeypatch):
    doctor = app.test_cli_runner()
    assert "ok  バックアップ" in doctor.invoke(lms, ("doctor",)).output
    monkeypatch.setenv("PATH", "/nowhere")
    assert "NO  バックアップ: 使えません" in doctor.invoke(lms, ("doctor",)).output
