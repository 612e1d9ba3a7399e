"""What is wrong or doubtful in a topic, as data; the sentences stand in ``data/phrases/knowledge.yml``."""

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    BROKEN = "broken"
    """Cannot be published."""
    ADVICE = "advice"
    """May be published, but should be better."""


@dataclass(frozen=True)
class Finding:
    """One remark: ``code`` names its sentence, ``where`` the field, ``params`` fill the sentence."""

    code: str
    level: Level
    where: str
    params: dict[str, str | int] = field(default_factory=dict)


def broken(code: str, where: str, **params: str | int) -> Finding:
    return Finding(code, Level.BROKEN, where, params)


def advice(code: str, where: str, **params: str | int) -> Finding:
    return Finding(code, Level.ADVICE, where, params)


def publishable(findings: list[Finding]) -> bool:
    """True if nothing among the findings stands in the way of publishing."""
    return all(finding.level is not Level.BROKEN for finding in findings)
