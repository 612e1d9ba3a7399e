"""The sections of the page that say how well questions are understood. Shows labels, never a phrase."""

from __future__ import annotations

from statistics import mean
from typing import Final

from nlu.labels import label_of
from nlu.report.findings import Findings, group, percent, points, table, written
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
    promise,
    reliability,
    share,
)
from nlu.report.questions import DIACRITICS, STRIPPED, STYLES

CONFUSED: Final = 25
"""So many confused pairs are shown."""


def by_style(found: Findings) -> str:
    """Right, nearly right and acted on, in each way of writing."""
    titles = ("style", "questions", "right first", "±", "within three", "macro-F1", "acted on rightly")
    text = "## By style\n\n" + table(titles, _style_rows(found.ours.readings))
    text += (
        "\n\n± is half of the 95 % interval that so many questions allow. All is every phrase as it was "
        "written, so without the stripped ones."
    )
    if found.rival:
        rival, asked = found.rival
        text += f"\n\nRasa's default pipeline (DIET, {rival.epochs} epochs), taught and asked the same:\n\n"
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
                percent(share(own, lambda each: each.is_acted_on_rightly)),
            )
        )
    return rows


def at_the_borders(found: Findings) -> str:
    """What is out of scope, and what is not."""
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


def emergencies(found: Findings) -> str:
    """Who noticed an emergency, and who cried without one."""
    pairs = list(zip(found.ours.readings, found.danger, strict=True))
    rows = []
    for name, is_stripped in (("as written", False), (STRIPPED, True)):
        own = [(each, danger) for each, danger in pairs if (each.style == STRIPPED) is is_stripped]
        one = alarms([each for each, _ in own], [danger for _, danger in own])
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
        "missed by Rasa",
        "missed by the rules",
        "missed by both",
        "false alarms, Rasa",
        "false alarms, rules",
    )
    return (
        "## Emergencies\n\nThe bot asks the danger rules (`data/danger.yml`) before Rasa; a message is "
        "missed only when both miss it. Rasa is what its whole pipeline decides for.\n\n"
        + table(titles, rows)
    )


def calibration(found: Findings) -> str:
    """How sure, beside how often right."""
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


def learning_curve(found: Findings) -> str:
    """What a part of the phrases taught; nothing when that was left out."""
    if not found.curve:
        return ""
    curve = {**found.curve, 1.0: found.ours.readings}
    groups = {
        name: {one: share(group(readings, name), Reading.is_first) for one, readings in curve.items()}
        for name in ("all", DIACRITICS)
    }
    rows = [
        (
            f"{one:.3g}",
            str(round(found.phrases * one)),
            percent(groups["all"][one]),
            percent(groups[DIACRITICS][one]),
            percent(share(group(readings, DIACRITICS), lambda each: each.is_within(3))),
        )
        for one, readings in sorted(curve.items())
    ]
    told = promise(groups[DIACRITICS])
    asked = group(found.ours.readings, DIACRITICS)
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


def confused_pairs(found: Findings) -> str:
    """Which labels were taken for which."""
    rows = [
        (label_of(truth), label_of(guess), str(times))
        for truth, guess, times in confusions(written(found.ours.readings), CONFUSED)
    ]
    return "## Confused pairs\n\n" + table(("meant", "taken for", "times"), rows)


def by_label(found: Findings) -> str:
    """Each label, the weakest first."""
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
            percent(mean(each.is_acted_on_rightly for each in asked)),
        )
        for label, asked in by_label.items()
    ]
    rows.sort(key=lambda row: (float(row[2].rstrip(" %")), row[0]))
    titles = ("label", "questions", "right first", "within three", "F1", "acted on rightly")
    return (
        "## By label, the weakest first\n\nAll styles as written. So few questions of one label say little: "
        "one of them is three or four points.\n\n" + table(titles, rows)
    )
