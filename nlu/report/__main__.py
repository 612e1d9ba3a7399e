"""``python -m nlu.report``: trains, asks the held-out set, and writes ``docs/reports/nlu-<date>.md``.

``--split`` is the quick look for whoever tunes: phrases held back out of the training data are asked, and
figures are printed. Prints figures and labels; never a phrase.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from backend.text.danger import danger_in
from backend.text.lexicon import Lexicon
from backend.text.normalize import fold, tokens
from nlu import corpus, quiet
from nlu.components.fitting import Recipe, train
from nlu.components.forms import Concepts, concept_finder
from nlu.corpus import DATA, ROOT, Corpus
from nlu.labels import label_of
from nlu.report.asking import asked
from nlu.report.findings import Findings, percent
from nlu.report.live import order_to_live
from nlu.report.machine import machine
from nlu.report.measures import Reading, borders, calibration_error, confusions, macro_f1, share
from nlu.report.page import page
from nlu.report.questions import HELD_OUT_SET, SEED, Question, held_out_set, split
from nlu.report.rival import trained_rival
from nlu.train import DEFAULT_NAME, MODELS

SERVED = MODELS / f"{DEFAULT_NAME}.tar.gz"
REPORTS = ROOT / "docs" / "reports"


def measured(options: argparse.Namespace) -> Findings:
    """Everything, in turn, so that nothing is measured while something else of ours runs."""
    started = time.monotonic()
    data, held_out = options.data.resolve(), options.held_out.resolve()
    read = corpus.read(data)
    questions = held_out_set(held_out, data)
    with tempfile.TemporaryDirectory() as folder:
        say("training into a running server")
        live = order_to_live(Path(folder), options.served.resolve(), data)
        say("asking")
        ours = asked(live.model, held_out, data)
        rival = None
        if options.epochs:
            say(f"training Rasa's default pipeline, {options.epochs} epochs")
            other = Path(folder) / "rival"
            other.mkdir()
            trained = trained_rival(other, options.epochs, data)
            say("asking it")
            rival = (trained, asked(trained.model, held_out, data))
        curve = learning_curve(read, questions) if options.curve else {}
        found = Findings(
            day=date.today(),
            machine=machine(),
            phrases=len(read.asked()),
            lines=len(read.evidence()),
            labels=len(read.phrases),
            minutes=(time.monotonic() - started) / 60,
            live=live,
            ours=ours,
            danger=[danger_in(question.text) is not None for question in questions],
            taught=also_taught(questions, read),
            curve=curve,
            rival=rival,
        )
        options.out.mkdir(parents=True, exist_ok=True)
        path = options.out / f"nlu-{found.day.isoformat()}.md"
        path.write_text(page(found), encoding="utf-8")
    say(str(path))
    return found


def also_taught(questions: Sequence[Question], read: Corpus) -> list[bool]:
    """Which questions stand among the phrases that are trained on, whatever their signs and diacritics."""

    def plain(text: str) -> str:
        return " ".join(tokens(fold(text)))

    known = {plain(text) for text, _ in read.asked()}
    return [plain(question.text) in known for question in questions]


def learning_curve(read: Corpus, questions: Sequence[Question]) -> dict[float, list[Reading]]:
    """Readings by share of the phrases."""
    from nlu.report.curve import PARTS, learned_from, readings_of

    concepts = concept_finder(Lexicon.load(DATA / "lexicon.yml"))
    curve = {}
    for one in PARTS:
        say(f"learning from {one:.3g} of the phrases")
        curve[one] = readings_of(learned_from(one, read, concepts), questions, concepts)
    return curve


def held_back(seed: int, pairs: int) -> str:
    """Figures of phrases that were held back out of the training data, and the labels confused most often."""
    from nlu.report.curve import readings_of

    read = corpus.read()
    kept, others = split(read.asked(), seed)
    concepts: Concepts = concept_finder(Lexicon.load(DATA / "lexicon.yml"))
    model = train([*kept, *read.evidence()], concepts, Recipe())
    questions = [Question(text, label, frozenset(), "as written") for text, label in others]
    readings = readings_of(model, questions, concepts)
    edge = borders(readings)
    sure = [(each.sure, each.is_first()) for each in readings]
    lines = [
        f"{len(kept)} phrases trained on, {len(readings)} others asked",
        f"right first            {percent(share(readings, Reading.is_first))}",
        f"within three           {percent(share(readings, lambda each: each.is_within(3)))}",
        f"macro-F1               {percent(macro_f1([(each.truth, each.first) for each in readings]))}",
        f"acted on rightly       {percent(share(readings, lambda each: each.is_acted_on_rightly))}",
        f"acted on wrongly       {percent(edge.acted_wrong)}",
        f"refused                {percent(edge.refused)}",
        f"out of scope answered  {percent(edge.answered)}",
        f"calibration error      {calibration_error(sure):.3f}",
        *(
            f"{times:4} {label_of(truth)} taken for {label_of(guess)}"
            for truth, guess, times in confusions(readings, pairs)
        ),
    ]
    return "\n".join(lines)


def say(words: str) -> None:
    """Progress, at once."""
    print(words, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlu.report", description=__doc__)
    parser.add_argument("--split", action="store_true", help="the quick look; writes nothing")
    parser.add_argument("--seed", type=int, default=SEED, help="of the quick look: holds other phrases back")
    parser.add_argument("--pairs", type=int, default=15, help="of the quick look: confused pairs to show")
    parser.add_argument("--epochs", type=int, default=8, help="of DIET; 0 leaves Rasa's default pipeline out")
    parser.add_argument("--no-curve", dest="curve", action="store_false", help="leave the learning curve out")
    parser.add_argument("--data", type=Path, default=DATA, help="what is trained on")
    parser.add_argument("--held-out", type=Path, default=HELD_OUT_SET, help="what is asked")
    parser.add_argument("--served", type=Path, default=SERVED, help="the model that the new one replaces")
    parser.add_argument("--out", type=Path, default=REPORTS, help="folder of the page")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    quiet.configure()
    logging.getLogger("nlu.stopwatch").setLevel(logging.WARNING)  # its parts are told by the page
    if options.split:
        print(held_back(options.seed, options.pairs))
    else:
        measured(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
