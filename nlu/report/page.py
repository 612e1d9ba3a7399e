"""The page that a run of the report writes, in Markdown. Measures nothing itself, and shows no phrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean
from typing import Final

from nlu.labels import label_of
from nlu.report.asking import Asked
from nlu.report.live import Live
from nlu.report.measures import (
    Reading,
    Readings,
    alarms,
    borders,
    calibration_error,
    confusions,
    f1_scores,
    macro_f1,
    margin,
    percentile,
    promise,
    reliability,
    share,
)
from nlu.report.questions import DIACRITICS, STRIPPED, STYLES
from nlu.report.rival import DEFAULT_EPOCHS, Rival
from nlu.report.targets import Figures, verdicts

CONFUSED: Final = 25
"""So many confused pairs are shown."""


@dataclass(frozen=True)
class Findings:
    """Everything that one run has measured."""

    day: date
    machine: str
    phrases: int
    lines: int
    labels: int
    minutes: float
    live: Live
    ours: Asked
    danger: list[bool]
    """What the danger rules found in each question, in the questions' order."""
    curve: dict[float, list[Reading]]
    """Readings by share of the phrases, without the whole; empty when it was left out."""
    rival: tuple[Rival, Asked] | None


def page(found: Findings) -> str:
    """The whole page."""
    parts = [
        _head(found),
        _targets(found),
        _styles(found),
        _borders(found),
        _alarms(found),
        _calibration(found),
        _cost(found),
        _training(found),
        _curve(found),
        _confused(found),
        _labels(found),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(found: Findings) -> str:
    return f"""\
# How well An Tâm understands

Measured on {found.day.isoformat()} by `make nlu-report` in {found.minutes:.0f} minutes.
Machine: {found.machine}.

{found.phrases} phrases and {found.lines} lines of the topics' pages are trained on, {found.labels} labels.
Asked are the {len(written(found.ours.readings))} phrases of `tests/nlu/heldout/`, each by itself, and those
with diacritics once more stripped of them. A label is right when the set's author named it, or named it as
another that is as right. Nothing was chosen by these figures."""


def _targets(found: Findings) -> str:
    rows = [
        (each.what, each.aim, each.measured, "yes" if each.met else "**no**")
        for each in verdicts(_figures(found))
    ]
    return "## What was to be reached\n\n" + table(("", "aim", "measured", "reached"), rows)


def _figures(found: Findings) -> Figures:
    rival = found.rival[1] if found.rival else None
    return Figures(
        readings=found.ours.readings,
        danger=found.danger,
        live_seconds=found.live.seconds,
        milliseconds=percentile(found.ours.milliseconds, 50),
        memory=found.ours.after,
        rival_milliseconds=percentile(rival.milliseconds, 50) if rival else None,
        rival_memory=rival.after if rival else None,
    )


def _styles(found: Findings) -> str:
    titles = ("style", "questions", "right first", "±", "within three", "macro-F1", "acted on rightly")
    text = "## By style\n\n" + table(titles, _style_rows(found.ours.readings))
    text += (
        "\n\n± is half of the 95 % interval that so many questions allow. All is every phrase as it was "
        "written, so without the stripped ones."
    )
    if found.rival:
        rival, asked = found.rival
        text += f"\n\n{_rival_name(rival)}, on the same phrases and questions:\n\n"
        text += table(titles, _style_rows(asked.readings))
    return text


def _style_rows(readings: Readings) -> list[tuple[str, ...]]:
    groups = [("all", written(readings))]
    groups += [(style, [each for each in readings if each.style == style]) for style in STYLES]
    rows = []
    for name, own in groups:
        first = share(own, Reading.is_first)
        rows.append(
            (
                name,
                str(len(own)),
                percent(first),
                f"{margin(first, len(own)) * 100:.1f}",
                percent(share(own, lambda each: each.is_within(3))),
                percent(macro_f1([(each.truth, each.first) for each in own])),
                percent(share(own, lambda each: each.acted in each.right)),
            )
        )
    return rows


def _borders(found: Findings) -> str:
    columns = [("ours", borders(written(found.ours.readings)))]
    if found.rival:
        columns.append(("default", borders(written(found.rival[1].readings))))
    rows = [
        ("out of scope: questions", *(str(each.strangers) for _, each in columns)),
        ("answered as a topic", *(percent(each.answered) for _, each in columns)),
        ("asked back about", *(percent(each.offered) for _, each in columns)),
        ("ours: questions", *(str(each.questions) for _, each in columns)),
        ("refused as out of scope", *(percent(each.refused) for _, each in columns)),
        ("asked back about", *(percent(each.asked_back) for _, each in columns)),
        ("acted on as something else", *(percent(each.acted_wrong) for _, each in columns)),
    ]
    return "## What is not ours, and what is\n\n" + table(("", *(name for name, _ in columns)), rows)


def _alarms(found: Findings) -> str:
    pairs = list(zip(found.ours.readings, found.danger, strict=True))
    rows = []
    for name, is_stripped in (("as written", False), (STRIPPED, True)):
        group = [(each, danger) for each, danger in pairs if (each.style == STRIPPED) is is_stripped]
        one = alarms([each for each, _ in group], [danger for _, danger in group])
        rows.append(
            (
                name,
                str(one.emergencies),
                str(one.missed_by_classifier),
                str(one.missed_by_rules),
                f"**{one.missed_by_both}**",
                f"{one.false_by_classifier} of {one.others}",
                f"{one.false_by_rules} of {one.others}",
            )
        )
    titles = (
        "",
        "emergencies",
        "missed by the classifier",
        "missed by the danger rules",
        "missed by both",
        "false alarms, classifier",
        "false alarms, rules",
    )
    return (
        "## Emergencies\n\nThe bot asks the danger rules (`data/danger.yml`) before the classifier; a "
        "message is missed only when both miss it.\n\n" + table(titles, rows)
    )


def _calibration(found: Findings) -> str:
    own = written(found.ours.readings)
    sure = [(each.sure, each.is_first()) for each in own]
    rows = [
        (f"{each.low:.1f}-{each.high:.1f}", str(each.count), percent(each.sure), percent(each.right))
        for each in reliability(sure)
    ]
    text = f"## Calibration\n\nExpected calibration error: {calibration_error(sure):.3f}"
    if found.rival:
        other = [(each.sure, each.is_first()) for each in written(found.rival[1].readings)]
        text += f" (default pipeline: {calibration_error(other):.3f})"
    return text + ".\n\n" + table(("how sure", "questions", "mean sureness", "right"), rows)


def _cost(found: Findings) -> str:
    live, ours = found.live, found.ours
    columns = [
        (
            "ours",
            ours,
            live.model.stat().st_size / 1e6,
            live.training,
        )
    ]
    if found.rival:
        rival, asked = found.rival
        columns.append(("default", asked, rival.model.stat().st_size / 1e6, rival.training))
    rows = [
        ("parse p50, ms", *(f"{percentile(one.milliseconds, 50):.1f}" for _, one, _, _ in columns)),
        ("parse p95, ms", *(f"{percentile(one.milliseconds, 95):.1f}" for _, one, _, _ in columns)),
        ("resident, model loaded, MB", *(f"{one.loaded:.0f}" for _, one, _, _ in columns)),
        ("resident, all questions asked, MB", *(f"{one.after:.0f}" for _, one, _, _ in columns)),
        ("model file, MB", *(f"{size:.1f}" for _, _, size, _ in columns)),
        ("training, s", *(f"{training.seconds:.0f}" for _, _, _, training in columns)),
        (
            "most memory of the training process, MB",
            *(f"{training.peak:.0f}" for _, _, _, training in columns),
        ),
    ]
    text = (
        "## Speed and size\n\nEach model alone in a process, asked one question after the other through "
        "`processor.parse_message`.\n\n" + table(("", *(name for name, _, _, _ in columns)), rows)
    )
    if found.rival:
        rival = found.rival[0]
        text += (
            "\n\nThe default pipeline is Rasa's own template (words and characters counted, DIET, "
            f"ResponseSelector, fallback) with our domain and rules, trained for {rival.epochs} epochs"
        )
        if rival.epochs != DEFAULT_EPOCHS:
            full = rival.training.seconds * DEFAULT_EPOCHS / rival.epochs / 60
            text += f" instead of {DEFAULT_EPOCHS}, which would take about {full:.0f} minutes"
        text += "."
    return text


def _training(found: Findings) -> str:
    live = found.live
    rows = [(part, f"{seconds:.1f}") for part, seconds in live.parts.items()]
    rows.append(("Python's start and end", f"{live.training.seconds - sum(live.parts.values()):.1f}"))
    rows.append(("the running server loads and swaps", f"{live.swapping:.1f}"))
    rows.append(("**order to train → the new model answers**", f"**{live.seconds:.1f}**"))
    return (
        "## From the order to train to a live model\n\n"
        + table(("part", "s"), rows)
        + f"\n\nThe server had {live.before:.0f} MB resident before and {live.after:.0f} MB after the swap."
    )


def _curve(found: Findings) -> str:
    if not found.curve:
        return ""
    curve = {**found.curve, 1.0: found.ours.readings}
    groups = {
        name: {one: share(_group(readings, name), Reading.is_first) for one, readings in curve.items()}
        for name in ("all", DIACRITICS)
    }
    rows = [
        (
            f"{one:.3g}",
            str(round(found.phrases * one)),
            percent(groups["all"][one]),
            percent(groups[DIACRITICS][one]),
            percent(share(_group(readings, DIACRITICS), lambda each: each.is_within(3))),
        )
        for one, readings in sorted(curve.items())
    ]
    told = promise(groups[DIACRITICS])
    asked = _group(found.ours.readings, DIACRITICS)
    chance = margin(share(asked, Reading.is_first), len(asked))
    gains = ", ".join(points(gain) for gain in told.gains)
    titles = ("share of the phrases", "phrases", "right first, all", "with diacritics", "within three")
    return (
        "## Learning curve\n\nThe same recipe on a part of the phrases of each label (the topics' pages "
        "always whole), the same questions.\n\n"
        + table(titles, rows)
        + f"\n\nWith diacritics each doubling brought {gains} points. If the gain goes on to shrink as it "
        f"did, twice as many phrases of the same kind promise about {points(told.next)} points more. "
        f"Differences below {chance * 100:.1f} points are chance."
    )


def _confused(found: Findings) -> str:
    rows = [
        (label_of(truth), label_of(guess), str(times))
        for truth, guess, times in confusions(written(found.ours.readings), CONFUSED)
    ]
    return "## Confused pairs\n\n" + table(("meant", "taken for", "times"), rows)


def _labels(found: Findings) -> str:
    own = written(found.ours.readings)
    scores = f1_scores((each.truth, each.first) for each in own)
    by_label: dict[str, list[Reading]] = {}
    for each in own:
        by_label.setdefault(each.label, []).append(each)
    rows = [
        (
            label_of(label),
            str(len(asked)),
            percent(share(asked, Reading.is_first)),
            percent(share(asked, lambda each: each.is_within(3))),
            percent(scores.get(label, 0.0)),
            percent(mean(each.acted in each.right for each in asked)),
        )
        for label, asked in by_label.items()
    ]
    rows.sort(key=lambda row: (float(row[2].rstrip(" %")), row[0]))
    titles = ("label", "questions", "right first", "within three", "F1", "acted on rightly")
    return (
        "## By label, the weakest first\n\nAll styles as written. So few questions of one label say little: "
        "one of them is three or four points.\n\n" + table(titles, rows)
    )


def written(readings: Readings) -> list[Reading]:
    """Without the stripped ones."""
    return [each for each in readings if each.style != STRIPPED]


def _group(readings: Readings, name: str) -> list[Reading]:
    return written(readings) if name == "all" else [each for each in readings if each.style == name]


def _rival_name(rival: Rival) -> str:
    return f"Rasa's default pipeline (DIET, {rival.epochs} epochs)"


def percent(part: float) -> str:
    """A share of 1 as "85.0 %"."""
    return f"{part * 100:.1f} %"


def points(part: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{part * 100:+.1f}"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    head = [f"| {' | '.join(titles)} |", f"|---|{'---:|' * (len(titles) - 1)}"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])
