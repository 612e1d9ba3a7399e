"""Asks a trained Rasa model every question, through ``processor.parse_message``, in a process of its own.

``python -m nlu.report.asking MODEL OUT`` writes rankings, times and memory as JSON; no phrase is written.
:func:`asked` starts that process, so that what is measured is that model and nothing beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nlu import quiet
from nlu.corpus import DATA, ROOT
from nlu.lean import answers_without, leave_out_tensorflow
from nlu.report.measures import Reading
from nlu.report.processes import ran, resident
from nlu.report.questions import HELD_OUT_SET, Question, held_out_set

WARM_UP: Final = 20
"""So many questions are asked before the clock counts."""


@dataclass(frozen=True)
class Asked:
    """What one model made of the questions, and at what cost."""

    readings: list[Reading]
    """In the order of the questions."""
    milliseconds: list[float]
    """Of each ``parse_message``."""
    loaded: float
    """Resident memory with the model loaded, MB."""
    after: float
    """Resident memory after the questions, MB."""


def asked(model: Path, held_out: Path = HELD_OUT_SET, data: Path = DATA) -> Asked:
    """Ask in another process.

    Raises:
        subprocess.CalledProcessError: it failed; it has said why.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "readings.json"
        ran(["nlu.report.asking", str(model), str(out), "--held-out", str(held_out), "--data", str(data)])
        found = json.loads(out.read_text(encoding="utf-8"))
    questions = held_out_set(held_out, data)
    readings = [
        reading(question, ranking, acted)
        for question, (ranking, acted) in zip(questions, found["readings"], strict=True)
    ]
    return Asked(readings, found["milliseconds"], found["loaded"], found["after"])


def reading(question: Question, ranking: Sequence[Sequence[Any]], acted: str) -> Reading:
    """The question and what it was taken for, without its text."""
    named = tuple((str(label), float(chance)) for label, chance in ranking)
    return Reading(question.label, question.also, question.style, named, acted)


async def _ask(model: Path, questions: Sequence[Question]) -> dict[str, Any]:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY

    processor = Agent.load(str(model)).processor
    if processor is None:
        raise ValueError("The model cannot be loaded.")
    gc.collect()
    loaded = resident()
    for question in questions[:WARM_UP]:
        await processor.parse_message(UserMessage(question.text))
    readings, milliseconds = [], []
    for question in questions:
        started = time.perf_counter()
        parsed = await processor.parse_message(UserMessage(question.text))
        milliseconds.append((time.perf_counter() - started) * 1000)
        ranking = [(each["name"], each["confidence"]) for each in parsed[INTENT_RANKING_KEY]]
        readings.append((ranking, parsed[INTENT]["name"]))
    return {"readings": readings, "milliseconds": milliseconds, "loaded": loaded, "after": resident()}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlu.report.asking", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--held-out", type=Path, default=HELD_OUT_SET)
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    quiet.configure().people_can_write()
    if answers_without(options.model):
        leave_out_tensorflow()
    found = asyncio.run(_ask(options.model, held_out_set(options.held_out, options.data)))
    options.out.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
