"""The action server as a process of its own, in front of a real internal API with the project's topics."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml

from backend.app import create_internal_app
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.secrets_store import make_missing
from backend.kit.settings import ROOT, Settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge import seeding
from backend.knowledge.content.markdown import write
from backend.ops.plan import rasa_python
from backend.ops.postgres import DatabaseUrls
from backend.serve import KEEP_ALIVE_SECONDS
from tests.backend.knowledge.topics import SOUND, around
from tests.waiting import eventually

TOPICS = ("bat_ho", "fake_authority", "interest_law", "already_borrowed", "debt_terror")


@dataclass(frozen=True)
class ActionServer:
    """Calls actions as Rasa does."""

    url: str
    output: Path

    def run(
        self,
        action: str,
        intent: str,
        *,
        text: str = "tin nhắn",
        lang: str = "vi",
        last_topic: str | None = None,
        doubt: str = "unsure",
        ranking: dict[str, float] | None = None,
        before: Iterable[tuple[str, dict[str, float]]] = (),
        slots: Mapping[str, Any] | None = None,
        form: str | None = None,
        latest_action: str = "action_listen",
    ) -> dict[str, Any]:
        """What ``action`` returns: ``events`` and ``responses``.

        ``before`` are the messages that came first: the intent that was acted on, and the ranking.
        ``form`` is the one that runs.
        """
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 1.0},
            "intent_ranking": [{"name": n, "confidence": c} for n, c in (ranking or {intent: 1.0}).items()],
            "entities": [],
            "metadata": {"lang": lang},
            **({"doubt": doubt} if intent == "nlu_fallback" else {}),
        }
        tracker = {
            "sender_id": "conversation",
            "slots": {"last_topic": last_topic, **(slots or {})},
            "latest_message": message,
            "events": [*(_heard(*one) for one in before), {"event": "user", "parse_data": message}],
            "paused": False,
            "followup_action": None,
            "active_loop": {"name": form} if form else {},
            "latest_action_name": latest_action,
        }
        call = {"next_action": action, "sender_id": "conversation", "tracker": tracker, "version": "3.6.21"}
        answer = httpx.post(
            f"{self.url}/webhook", json={**call, "domain": {}}, timeout=10, trust_env=False, verify=False
        )
        if answer.status_code == 400:
            raise Rejected
        answer.raise_for_status()
        returned: dict[str, Any] = answer.json()
        return returned


class Rejected(Exception):
    """The action leaves the message to another rule."""


def _heard(intent: str, ranking: dict[str, float]) -> dict[str, Any]:
    """A message of before, as Rasa tells of it."""
    named = [{"name": name, "confidence": chance} for name, chance in ranking.items()]
    return {"event": "user", "parse_data": {"intent": {"name": intent}, "intent_ranking": named}}


@pytest.fixture(scope="module")
def internal_api(
    module_database: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The internal API over real HTTP, with some of the project's topics published."""
    var = tmp_path_factory.mktemp("actions") / "var"
    make_missing(var / "secrets")
    listening = socket.create_server(("127.0.0.1", 0))
    config = Settings(var=var, DATABASE_URL=module_database.app, internal_port=listening.getsockname()[1])
    asyncio.run(_publish(config, module_database))
    server = uvicorn.Server(
        uvicorn.Config(create_internal_app(config), log_config=None, timeout_keep_alive=KEEP_ALIVE_SECONDS)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    eventually(lambda: server.started)
    yield config
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="module")
def action_server(internal_api: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    """``python -m actions`` in front of the internal API."""
    yield from started(internal_api.var, internal_api.internal_port, tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def lonely_action_server(
    internal_api: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ActionServer]:
    """``python -m actions`` whose backend is not there."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    yield from started(internal_api.var, port, tmp_path_factory.mktemp("lonely"))


def started(var: Path, backend_port: int, folder: Path) -> Iterator[ActionServer]:
    """Start the process on a free port, wait until it is healthy, end it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ANTAM_VAR": str(var),
        "ANTAM_INTERNAL_PORT": str(backend_port),
        "ANTAM_ACTIONS_PORT": str(port),
    }
    output = folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions"], cwd=ROOT, env=environment, stdout=file, stderr=file
        )
    url = f"http://127.0.0.1:{port}"

    def healthy() -> bool:
        assert process.poll() is None, output.read_text()
        try:
            return httpx.get(f"{url}/health", trust_env=False, verify=False).is_success
        except httpx.HTTPError:
            return False

    try:
        eventually(healthy)
        yield ActionServer(url, output)
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


@dataclass(frozen=True)
class Conversation:
    """One worker's conversation with a real Rasa in front of the real actions."""

    url: str
    token: str
    sender: str

    def say(self, message: str, lang: str = "vi") -> list[dict[str, Any]]:
        """What the bot would get for one message."""
        answer = httpx.post(
            f"{self.url}/webhooks/antam/webhook",
            headers={"X-Antam-Token": self.token},
            json={"sender": self.sender, "message": message, "metadata": {"lang": lang}},
            timeout=20,
            trust_env=False,
            verify=False,
        )
        answer.raise_for_status()
        said: list[dict[str, Any]] = answer.json()
        return said


@pytest.fixture(scope="module")
def rasa(internal_api: Settings, action_server: ActionServer) -> Iterator[tuple[str, str]]:
    """The address of a Rasa on the trained model (``make train``), and its secret."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ANTAM_VAR": str(internal_api.var),
        "ANTAM_RASA_PORT": str(port),
        "ANTAM_ACTIONS_URL": f"{action_server.url}/webhook",
    }
    output = internal_api.var / "rasa.output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [str(rasa_python()), "-m", "nlu.serve"], cwd=ROOT, env=environment, stdout=file, stderr=file
        )
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        assert process.poll() is None, output.read_text(encoding="utf-8")
        try:
            return httpx.get(f"{url}/webhooks/antam/", trust_env=False, verify=False).is_success
        except httpx.HTTPError:
            return False

    try:
        eventually(ready, within=100)
        yield url, (internal_api.secrets / "nlu" / "rasa.token").read_text(encoding="utf-8").strip()
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def conversation(rasa: tuple[str, str]) -> Conversation:
    """A conversation that nobody has begun yet."""
    url, token = rasa
    return Conversation(url, token, secrets.token_hex(16))


async def _publish(config: Settings, database: DatabaseUrls) -> None:
    """The files of ``TOPICS``, and a small page under the name that labour disputes are answered with."""
    union = config.var / "union_help.md"
    union.write_text(write(SOUND), encoding="utf-8")
    taxonomy = (ROOT / "data" / "taxonomy.yml").read_text(encoding="utf-8")
    engine = create_engine(database.app)
    async with create_sessionmaker(engine)() as session:
        loaded = await seeding.load(
            session,
            SiteKeys.read(config.secrets / "backend" / "site_keys.json"),
            [*(ROOT / "data" / "knowledge" / f"{topic}.md" for topic in TOPICS), union],
            origin="seed",
            around=around(*yaml.safe_load(taxonomy)["topics"]),
        )
        assert not loaded.refused
        await session.commit()
    await engine.dispose()
