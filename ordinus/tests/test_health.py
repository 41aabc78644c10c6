"""/healthz and /readyz."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from workflows.models import Heartbeat


def swept(ago: timedelta = timedelta(0)) -> None:
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": timezone.now() - ago})


def test_healthz_answers_without_a_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_it_is_ready_when_database_broker_and_sweep_are_well(client: Client) -> None:
    swept()
    response = client.get("/readyz")
    assert response.status_code == 200, response.json()
    assert response.json()["checks"] == {"database": "ok", "broker": "ok", "sweep": "ok"}


@pytest.mark.django_db
def test_it_is_not_ready_before_the_first_sweep(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["sweep"].startswith("has not run yet")


@pytest.mark.django_db
@pytest.mark.parametrize("seconds, status", [(170, 200), (190, 503)])
def test_the_alarm_rings_three_minutes_after_the_last_sweep(
    client: Client, seconds: int, status: int
) -> None:
    swept(ago=timedelta(seconds=seconds))
    response = client.get("/readyz")
    assert response.status_code == status
    assert response.json()["sweep_age_seconds"] == pytest.approx(seconds, abs=5)


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_missing(client: Client) -> None:
    swept()
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "1 migrations are not applied; run manage.py migrate"


@pytest.mark.django_db
def test_it_is_not_ready_without_its_redis(client: Client, settings: Settings) -> None:
    swept()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["broker"] == "Redis does not answer"


@pytest.mark.django_db
def test_it_is_not_ready_when_the_broker_s_folder_cannot_be_written(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    swept()
    (tmp_path / "broker").write_text("a file where the folder should be")
    settings.REDIS_URL, settings.BROKER_DIR = "", tmp_path / "broker"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["broker"].startswith("its folder cannot be written")


def test_a_health_check_is_never_cached(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]
