"""The page that a run of the report writes, in Markdown. Measures nothing itself, and shows no phrase."""

from __future__ import annotations

from nlu.report import cost, understanding
from nlu.report.findings import Findings, percent, table, written
from nlu.report.measures import Reading, percentile, share
from nlu.report.questions import DIACRITICS, STRIPPED
from nlu.report.targets import Figures, verdicts


def page(found: Findings) -> str:
    """The whole page."""
    parts = [
        _head(found),
        _targets(found),
        understanding.by_style(found),
        understanding.at_the_borders(found),
        understanding.emergencies(found),
        understanding.calibration(found),
        cost.speed_and_size(found),
        cost.order_to_live(found),
        understanding.learning_curve(found),
        understanding.confused_pairs(found),
        understanding.by_label(found),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(found: Findings) -> str:
    pairs = list(zip(found.ours.readings, found.taught, strict=True))
    fresh = [each for each, taught in pairs if not taught and each.style == DIACRITICS]
    twice = sum(taught for each, taught in pairs if each.style != STRIPPED)
    return f"""\
# How well An Tâm understands

Measured on {found.day.isoformat()} by `make nlu-report` in {found.minutes:.0f} minutes.
Machine: {found.machine}.

{found.phrases} phrases and {found.lines} lines of the topics' pages are trained on, {found.labels} labels.
Asked are the {len(written(found.ours.readings))} phrases of `tests/nlu/heldout/`, each by itself, and those
with diacritics once more stripped of them. A label is right when the set's author named it, or named it as
another that is as right. No label's phrases were chosen by these figures, but
for `emergency`: after an earlier run had shown one taken for a greeting, cries after greetings were taught.

{twice} of them also stand word for word among the phrases trained on, as short ones will when
nobody may look. Without these, {percent(share(fresh, Reading.is_first))} of those with diacritics are right
first."""


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
