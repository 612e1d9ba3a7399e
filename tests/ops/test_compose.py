"""``docker-compose.yml`` runs what the supervisor runs, and keeps the rooms apart."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.kit.settings import ROOT, Settings
from backend.ops.plan import programs

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {program.name: program for program in programs(Settings(), {})}


def mounts(service: str) -> list[str]:
    return list(SERVICES[service].get("volumes", []))


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_the_supervisors_command(name: str) -> None:
    assert SERVICES[name]["command"][1:] == OURS[name].command[1:]
    assert Path(SERVICES[name]["command"][0]).name == "python"


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["ulimits"] == {"core": 0}


@pytest.mark.parametrize(
    ("name", "room"),
    [("backend", "backend"), ("worker", "backend"), ("bot", "bot"), ("actions", "actions"), ("rasa", "nlu")],
)
def test_a_room_sees_its_own_secrets_only(name: str, room: str) -> None:
    seen = [mount.split(":")[0] for mount in mounts(name)]
    assert [volume for volume in seen if volume.startswith("secrets-")] == [f"secrets-{room}"]


def test_backups_and_their_key_are_seen_by_whom_they_concern() -> None:
    holders = {
        volume: {name for name in SERVICES if any(mount.startswith(f"{volume}:") for mount in mounts(name))}
        for volume in ("backups", "secrets-backup")
    }
    assert holders == {"backups": {"worker", "migrate", "backup"}, "secrets-backup": {"backup"}}


def test_postgres_is_started_anew_by_docker_and_not_by_itself() -> None:
    assert "-crestart_after_crash=off" in SERVICES["postgres"]["command"]
    assert SERVICES["postgres"]["restart"] == "unless-stopped"


def test_only_the_pages_are_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"backend", "bot"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_the_rooms_behind_have_no_way_out() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "worker", "actions", "rasa"):
        assert SERVICES[name]["networks"] == ["inside"]
