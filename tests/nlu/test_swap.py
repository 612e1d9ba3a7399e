"""A newly trained model takes over while people write; a damaged one does not."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.nlu.conftest import RasaServer, serving

METADATA = "metadata.json"
_BREATH = 0.05
"""Seconds between questions: the server needs its time for the new model."""


@pytest.fixture(scope="module")
def live(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the model that the server below answers with."""
    return Path(shutil.copyfile(model, tmp_path_factory.mktemp("models") / "live.tar.gz"))


@pytest.fixture(scope="module")
def rasa(live: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    with serving(live, tmp_path_factory.mktemp("var")) as running:
        yield running


def retrained(model: Path, folder: Path) -> tuple[Path, str]:
    """The same model as another training would have made it: with an id of its own."""
    new_id, new_file = uuid.uuid4().hex, folder / "fresh.tar.gz"
    with tarfile.open(model) as old, tarfile.open(new_file, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            if content is None:
                new.addfile(member)
                continue
            raw = content.read()
            if Path(member.name).name == METADATA:
                raw = json.dumps({**json.loads(raw), "model_id": new_id}).encode()
                member.size = len(raw)
            new.addfile(member, io.BytesIO(raw))
    return new_file, new_id


def model_id(rasa: RasaServer) -> str:
    answer = requests.get(f"{rasa.url}/webhooks/antam/", timeout=10)
    assert answer.ok
    return str(answer.json()["model"])


def asking_until(rasa: RasaServer, holds: Callable[[], bool]) -> int:
    """Ask again and again until ``holds``; how many questions were answered, which is each of them."""
    deadline, answered = time.monotonic() + 90, 0
    while not holds():
        assert time.monotonic() < deadline, rasa.printed()
        answer = rasa.post("parse", {"text": "bốc bát họ là gì"})
        assert answer.status_code == 200
        assert answer.json()["label"] == "faq/bat_ho"
        answered += 1
        time.sleep(_BREATH)
    return answered


def test_a_new_model_takes_over_and_every_question_meanwhile_is_answered(
    rasa: RasaServer, live: Path, tmp_path: Path
) -> None:
    before = model_id(rasa)
    fresh, new_id = retrained(live, tmp_path)
    assert new_id != before
    fresh.replace(live)
    assert asking_until(rasa, lambda: model_id(rasa) == new_id) > 0
    assert rasa.post("parse", {"text": "bốc bát họ là gì"}).json()["label"] == "faq/bat_ho"


def test_a_damaged_model_is_said_and_the_old_one_goes_on(
    rasa: RasaServer, live: Path, tmp_path: Path
) -> None:
    before = model_id(rasa)
    (tmp_path / "damaged").write_bytes(live.read_bytes()[:100_000])
    (tmp_path / "damaged").replace(live)
    asking_until(rasa, lambda: "cannot be used" in rasa.printed())
    assert model_id(rasa) == before


def test_after_a_damaged_one_a_sound_one_is_taken(
    rasa: RasaServer, model: Path, live: Path, tmp_path: Path
) -> None:
    fresh, new_id = retrained(model, tmp_path)
    fresh.replace(live)
    asking_until(rasa, lambda: model_id(rasa) == new_id)
