"""Reading the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordinus import environment

VARIABLE = "ORDINUS_TEST_VARIABLE"


@pytest.mark.parametrize(
    "given, meant", [("on", True), ("1", True), ("true", True), ("off", False), ("0", False), ("no", False)]
)
def test_a_flag_reads_as_people_write_it(monkeypatch: pytest.MonkeyPatch, given: str, meant: bool) -> None:
    monkeypatch.setenv(VARIABLE, given)
    assert environment.flag(VARIABLE, default=not meant) is meant


@pytest.mark.parametrize("default", [True, False])
def test_an_empty_flag_takes_its_default(monkeypatch: pytest.MonkeyPatch, default: bool) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert environment.flag(VARIABLE, default=default) is default


def test_a_list_loses_blanks_and_empty_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " crm.internal, ,10.0.0.0/8,")
    assert environment.words(VARIABLE) == ["crm.internal", "10.0.0.0/8"]


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "env").write_text(f"{VARIABLE}=from-file\n{VARIABLE}_2=from-file\n")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    monkeypatch.setenv(VARIABLE, "from-environment")
    monkeypatch.setenv(f"{VARIABLE}_2", "")
    monkeypatch.delenv(f"{VARIABLE}_2")
    environment.load_env_file()
    assert environment.text(VARIABLE) == "from-environment"
    assert environment.text(f"{VARIABLE}_2") == "from-file"


def test_sqlite_takes_its_write_lock_at_the_start_of_a_transaction() -> None:
    assert environment.database("sqlite:////tmp/x.sqlite3")["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_relative_sqlite_file_lies_in_the_project_whatever_the_working_folder() -> None:
    assert environment.database("sqlite:///var/x.sqlite3")["NAME"] == str(environment.ROOT / "var/x.sqlite3")


def test_postgresql_is_read_from_its_url() -> None:
    database = environment.database("postgres://u:p%40ss@db.example:5433/booking")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"], database["HOST"]) == ("u", "p@ss", "db.example")
    assert (database["PORT"], database["NAME"]) == (5433, "booking")


def test_mail_over_tls_is_read_from_its_url() -> None:
    mail = environment.mail("smtp+tls://user:secret@mail.example:587")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("user", "secret")


def test_without_an_email_url_nothing_can_leave() -> None:
    assert environment.mail("")["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"


def test_the_development_key_is_made_once_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "")
    monkeypatch.setattr(environment, "VAR", tmp_path / "var")
    first = environment.secret_key(debug=True)
    assert len(first) >= 50
    assert environment.secret_key(debug=True) == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0
