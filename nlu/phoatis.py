"""``python -m nlu.phoatis DIR``: how the recipe fares on PhoATIS, public Vietnamese questions about travel.

The data is not part of the project (its terms forbid to pass it on): whoever has it names its folder, in
which ``syllable-level`` or ``word-level`` holds ``train``, ``dev`` and ``test``, each with a question a line
in ``seq.in`` and its intent in the same line of ``label``. Several intents of one question, joined by "#",
are one label, as in what is published about the set. Prints figures; never a question.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.text.lexicon import Lexicon
from nlu.components.fitting import Recipe, train
from nlu.components.forms import Concepts, concept_finder
from nlu.components.linear_model import LinearModel
from nlu.components.noise import without_diacritics
from nlu.corpus import DATA
from nlu.report.measures import macro_f1
from nlu.report.questions import Pairs

LEVELS: Final = ("syllable-level", "word-level")
AIM: Final = 0.97


class NotPhoatis(Exception):
    """The folder does not hold the set; the message says what is missing."""


@dataclass(frozen=True)
class Part:
    """Figures of one part of the set; shares from 0 to 1."""

    questions: int
    unseen: int
    """Questions whose label no training question has: they cannot be right."""
    accuracy: float
    accuracy_stripped: float
    """Of the same questions without their diacritics."""
    macro_f1: float


def level_folder(folder: Path, level: str | None = None) -> Path:
    """The folder that holds ``train``, ``dev`` and ``test``: one of the two levels, or the one named itself.

    Raises:
        NotPhoatis: there is none.
    """
    for candidate in (folder / level,) if level else (*(folder / one for one in LEVELS), folder):
        if (candidate / "train" / "seq.in").is_file():
            return candidate
    wanted = level or " or ".join(LEVELS)
    raise NotPhoatis(f"There is no {wanted}/train/seq.in in {folder}.")


def read_part(folder: Path) -> list[tuple[str, str]]:
    """The questions of ``train``, ``dev`` or ``test`` with their labels; syllables of a word apart.

    Raises:
        NotPhoatis: a file is missing, or the two have not the same number of lines.
    """
    try:
        texts = (folder / "seq.in").read_text(encoding="utf-8").splitlines()
        labels = (folder / "label").read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise NotPhoatis(f"{error.filename} cannot be read.") from error
    if len(texts) != len(labels):
        raise NotPhoatis(f"{folder}: seq.in has {len(texts)} lines, label has {len(labels)}.")
    return [
        (" ".join(text.replace("_", " ").split()), label.strip())
        for text, label in zip(texts, labels, strict=True)
        if text.strip()
    ]


def figures(model: LinearModel, asked: Pairs, concepts: Concepts) -> Part:
    """Ask every question, with and without its diacritics."""
    known = set(model.labels)
    guesses = [(label, model.ranking(text, concepts)[0][0]) for text, label in asked]
    stripped = [(label, model.ranking(without_diacritics(text), concepts)[0][0]) for text, label in asked]
    return Part(
        len(asked),
        sum(label not in known for _, label in asked),
        _accuracy(guesses),
        _accuracy(stripped),
        macro_f1(guesses),
    )


def _accuracy(guesses: Pairs) -> float:
    return sum(truth == guess for truth, guess in guesses) / len(guesses)


def report(folder: Path, recipe: Recipe, *, with_dev: bool = False) -> str:
    """Train on the set's training part and ask the others.

    Raises:
        NotPhoatis: see :func:`read_part`.
    """
    concepts = concept_finder(Lexicon.load(DATA / "lexicon.yml"))
    learned = read_part(folder / "train")
    parts = {"dev": read_part(folder / "dev"), "test": read_part(folder / "test")}
    if with_dev:
        learned += parts.pop("dev")
    started = time.monotonic()
    model = train(learned, concepts, recipe)
    lines = [
        f"PhoATIS, {folder.name}: {len(learned)} questions of {len(model.labels)} labels trained on, "
        f"{recipe.noise} noisy spellings each, in {time.monotonic() - started:.0f} s",
        f"{'':6}{'questions':>10}{'unseen':>8}{'accuracy':>10}{'stripped':>10}{'macro-F1':>10}",
    ]
    for name, asked in parts.items():
        part = figures(model, asked, concepts)
        lines.append(
            f"{name:6}{part.questions:>10}{part.unseen:>8}{part.accuracy:>10.2%}"
            f"{part.accuracy_stripped:>10.2%}{part.macro_f1:>10.2%}"
        )
        if name == "test":
            lines.append(f"aim on test: {AIM:.0%}, {'reached' if part.accuracy >= AIM else 'not reached'}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlu.phoatis", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the set")
    parser.add_argument("--level", choices=LEVELS, help="which spelling, when both are there")
    parser.add_argument("--noise", type=int, default=Recipe().noise, help="noisy spellings a question")
    parser.add_argument("--with-dev", action="store_true", help="train on dev too")
    options = parser.parse_args(arguments)
    try:
        folder = level_folder(options.folder, options.level)
        print(report(folder, Recipe(noise=options.noise), with_dev=options.with_dev))
    except NotPhoatis as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
