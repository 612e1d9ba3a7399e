"""``python -m nlu.report``: how well are phrases understood that were not trained on?

A quick stratified split of the training phrases themselves: it says where we stand and what a change does,
not how other people's phrases fare. Prints figures and confused pairs of labels; never a phrase.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Final

import yaml

from backend.text.lexicon import Lexicon
from nlu import corpus
from nlu.components.doubt import DEFAULTS, decision
from nlu.components.fitting import Recipe, train
from nlu.components.forms import Concepts, concept_finder
from nlu.components.linear_model import LinearModel
from nlu.components.noise import TEENCODE, mistyped, replaced, without_diacritics
from nlu.corpus import DATA, ROOT
from nlu.labels import DOUBTS, FOLLOW_UP_PREFIX, OUT_OF_SCOPE, TOPIC_PREFIX, label_of, topic_intent

Pairs = list[tuple[str, str]]
SEED: Final = 20261121
HELD_OUT_SET: Final = ROOT / "tests" / "nlu" / "heldout"
HELD_OUT: Final = 5
"""One phrase in so many of each label is asked, the others are trained on."""


def _teencode(text: str) -> str:
    chance = random.Random(text)  # noqa: S311  # repeatable, not secret
    return mistyped(replaced(text, TEENCODE, chance, 0.7), chance, 0.1)


STYLES: Final[dict[str, Callable[[str], str]]] = {
    "as written": lambda text: text,
    "no diacritics": without_diacritics,
    "teencode, slips": _teencode,
}


@dataclass
class Result:
    """What came of one style; shares are from 0 to 1."""

    first: list[bool] = field(default_factory=list)
    within_three: list[bool] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    acted_right: list[bool] = field(default_factory=list)
    """The label was sure enough to act on, and right."""
    acted_wrong: list[bool] = field(default_factory=list)
    """The label was sure enough to act on, and wrong: the worker got the answer to another question."""
    refused: list[bool] = field(default_factory=list)
    """A question of ours that was taken for out of scope."""
    let_in: list[bool] = field(default_factory=list)
    """Something out of scope that was answered as a topic."""
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, truth: str, ranking: Sequence[tuple[str, float]]) -> None:
        """Note one reading."""
        first = ranking[0][0]
        chosen = decision(ranking, after_topic=truth.startswith("followup"), **DEFAULTS)
        self.first.append(first == truth)
        self.within_three.append(truth in [label for label, _ in ranking[:3]])
        self.confidence.append(ranking[0][1])
        self.acted_right.append(chosen == truth)
        self.acted_wrong.append(chosen not in DOUBTS and chosen != truth)
        if truth == OUT_OF_SCOPE:
            self.let_in.append(chosen.startswith(TOPIC_PREFIX))
        else:
            self.refused.append(chosen == OUT_OF_SCOPE)
        if first != truth:
            self.confused[(label_of(truth), label_of(first))] += 1

    def calibration_error(self, bins: int = 10) -> float:
        """The mean distance between how sure and how often right, over ``bins`` of equal width."""
        total = 0.0
        for number in range(bins):
            chosen = [
                (sure, right)
                for sure, right in zip(self.confidence, self.first, strict=True)
                if number / bins <= sure < (number + 1) / bins or (sure == 1 and number == bins - 1)
            ]
            if chosen:
                gap = abs(mean(sure for sure, _ in chosen) - mean(right for _, right in chosen))
                total += gap * len(chosen) / len(self.first)
        return total


def split(pairs: Pairs, seed: int = SEED) -> tuple[Pairs, Pairs]:
    """Phrases to train on and phrases to ask, the same share of every label."""
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    by_label: dict[str, list[str]] = {}
    for text, label in pairs:
        by_label.setdefault(label, []).append(text)
    kept: Pairs = []
    asked: Pairs = []
    for label, texts in by_label.items():
        shuffled = chance.sample(texts, len(texts))
        number = len(texts) // HELD_OUT
        asked += [(text, label) for text in shuffled[:number]]
        kept += [(text, label) for text in shuffled[number:]]
    return kept, asked


def evaluate(model: LinearModel, asked: Pairs, concepts: Concepts) -> dict[str, Result]:
    """Ask every phrase in every style."""
    results = {style: Result() for style in STYLES}
    for style, rewrite in STYLES.items():
        for text, truth in asked:
            results[style].add(truth, model.ranking(rewrite(text), concepts))
    return results


def seconds_each(model: LinearModel, asked: Pairs, concepts: Concepts) -> float:
    """The median time of one reading, without Rasa around it."""
    taken = []
    for text, _ in asked:
        started = time.perf_counter()
        model.ranking(text, concepts)
        taken.append(time.perf_counter() - started)
    return median(taken)


def table(results: dict[str, Result]) -> str:
    """The figures, a line a style."""
    titles = f"{'first':>7}{'in 3':>7}{'acted+':>8}{'acted-':>8}{'refused':>9}{'let in':>8}{'ECE':>7}"
    lines = [f"{'':18}{titles}"]
    for style, result in results.items():
        shares = [result.first, result.within_three, result.acted_right, result.acted_wrong]
        widths = (7, 7, 8, 8)
        cells = [f"{mean(share):>{width}.1%}" for share, width in zip(shares, widths, strict=True)]
        cells.append(f"{mean(result.refused or [False]):>9.1%}{mean(result.let_in or [False]):>8.1%}")
        lines.append(f"{style:18}{''.join(cells)}{result.calibration_error():>7.3f}")
    return "\n".join(lines)


def held_out_set(folder: Path = HELD_OUT_SET) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """The project's held-out phrases by style, each with the intents that are right for it."""
    topics = set(corpus.read_yaml(DATA / "taxonomy.yml")["topics"])

    def intent(label: str) -> str:
        return topic_intent(label) if label in topics else label

    by_style: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            right = frozenset(intent(label) for label in [path.stem, *entry.get("also", ())])
            by_style.setdefault(entry["style"], []).append((entry["text"], right))
    return by_style


def on_held_out_set(concepts: Concepts) -> str:
    """Figures a style of a model trained on everything; without a context there are no follow-ups."""
    read = corpus.read()
    model = train([*read.asked(), *read.evidence()], concepts, Recipe())
    results = {}
    for style, entries in held_out_set().items():
        results[style] = Result()
        for text, right in entries:
            ranking = [
                (label, chance)
                for label, chance in model.ranking(text, concepts)
                if not label.startswith(FOLLOW_UP_PREFIX)
            ]
            # Where two labels are fair, the one that was found counts as the truth.
            truth = next((label for label, _ in ranking if label in right), "")
            results[style].add(truth, ranking)
    return table(results)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlu.report", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="another seed asks other phrases")
    parser.add_argument("--pairs", type=int, default=15, help="how many confused pairs to show")
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="ask the held-out set instead; see its README before you use the figures",
    )
    options = parser.parse_args(arguments)
    concepts = concept_finder(Lexicon.load(DATA / "lexicon.yml"))
    if options.held_out:
        print(on_held_out_set(concepts))
        return 0
    read = corpus.read()
    kept, asked = split(read.asked(), options.seed)
    started = time.monotonic()
    model = train([*kept, *read.evidence()], concepts, Recipe())
    taken = time.monotonic() - started
    results = evaluate(model, asked, concepts)
    print(
        f"{len(kept)} phrases and {len(read.evidence())} lines of pages trained on in {taken:.0f} s, "
        f"{len(asked)} other phrases of {len(model.labels)} labels asked"
    )
    print(table(results))
    print(f"one reading: {seconds_each(model, asked, concepts) * 1000:.2f} ms")
    for (truth, taken_for), times in results["as written"].confused.most_common(options.pairs):
        print(f"{times:4} {truth} taken for {taken_for}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
