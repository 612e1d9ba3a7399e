"""Reads and writes ``data/knowledge/<topic>.md``: YAML front matter, then one part a heading.

``parse(write(topic)) == topic`` for every topic whose texts are tidy. Whether the content is any
good is the linter's business; here only what cannot be read at all is refused.
"""

from datetime import date, datetime

import yaml

from backend.knowledge.content.document import Part, Source, Topic, tidy_line, tidy_text
from backend.knowledge.content.findings import Finding, broken

HEADINGS: dict[str, Part] = {
    "Trả lời": Part.ANSWER,
    "Nó hoạt động thế nào": Part.HOW,
    "Dấu hiệu nhận biết": Part.SIGNS,
    "Làm gì ngay bây giờ": Part.DO_NOW,
    "Luật nói gì": Part.LAW,
    "Nơi giúp đỡ": Part.HELP,
    "English": Part.ENGLISH,
}
_HEADING_OF = {part: heading for heading, part in HEADINGS.items()}
_TEXT_KEYS = ("title", "title_en", "summary")
_LIST_KEYS = ("aliases", "related", "hotlines")
_DATE_KEYS = ("reviewed", "review_by")
_KEYS = (*_TEXT_KEYS, *_LIST_KEYS, "sources", *_DATE_KEYS)
_FENCE = "---"


class Malformed(Exception):
    """The text is no topic file. ``findings`` say where and why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings


def parse(text: str) -> Topic:
    """The topic that ``text`` describes; its texts are tidied.

    Raises:
        Malformed: no front matter, unreadable YAML, an unknown key or heading, a heading twice.
    """
    faults: list[Finding] = []
    front, body = _split(text)
    values = _front_matter(front, faults)
    parts = _parts(body, faults)
    if faults:
        raise Malformed(faults)
    return Topic(**values, **{part.value: written for part, written in parts.items()})  # type: ignore[arg-type]  # the keys and types are checked above


def write(topic: Topic) -> str:
    """The file's text for ``topic``; the order of keys and headings is always the same."""
    front: dict[str, object] = {key: getattr(topic, key) for key in _TEXT_KEYS}
    front |= {key: list(getattr(topic, key)) for key in _LIST_KEYS}
    front["sources"] = [
        {"ref": source.ref, "date": source.day} | ({"url": source.url} if source.url else {})
        for source in topic.sources
    ]
    front |= {key: getattr(topic, key) for key in _DATE_KEYS if getattr(topic, key) is not None}
    dumped = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=100_000)
    body = "\n\n".join(f"# {_HEADING_OF[part]}\n{topic.part(part)}".rstrip() for part in Part)
    return f"{_FENCE}\n{dumped}{_FENCE}\n{body}\n"


def _split(text: str) -> tuple[str, str]:
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == _FENCE]
    if len(ends) < 2 or ends[0] != 0:
        raise Malformed([broken("no_front_matter", "file")])
    return "\n".join(lines[1 : ends[1]]), "\n".join(lines[ends[1] + 1 :])


def _front_matter(front: str, faults: list[Finding]) -> dict[str, object]:
    try:
        raw = yaml.safe_load(front) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Malformed([broken("bad_yaml", "file", line=mark.line + 2 if mark else 1)]) from None
    if not isinstance(raw, dict):
        raise Malformed([broken("bad_yaml", "file", line=1)])
    values: dict[str, object] = {}
    for key, value in raw.items():
        if key in _TEXT_KEYS and isinstance(value, str | int | float):
            values[key] = tidy_line(str(value))
        elif key in _LIST_KEYS and _is_list(value, str | int):
            values[key] = tuple(tidy_line(str(item)) for item in value)
        elif key in _DATE_KEYS and (day := _day(value)):
            values[key] = day
        elif key == "sources" and _is_list(value, dict):
            values[key] = tuple(_source(item, faults) for item in value)
        else:
            faults.append(broken("bad_key" if key in _KEYS else "unknown_key", str(key), key=str(key)))
    return values


def _is_list(value: object, kind: type | object) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)  # type: ignore[arg-type]  # a union of types is a valid second argument


def _source(raw: dict[object, object], faults: list[Finding]) -> Source:
    ref, day, url = raw.get("ref"), _day(raw.get("date")), raw.get("url", "")
    unknown = raw.keys() - {"ref", "date", "url"}
    if not isinstance(ref, str) or day is None or not isinstance(url, str) or unknown:
        faults.append(broken("bad_source", "sources", ref=ref if isinstance(ref, str) else ""))
        return Source("", date.min)
    return Source(tidy_line(ref), day, tidy_line(url))


def _day(value: object) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _parts(body: str, faults: list[Finding]) -> dict[Part, str]:
    lines_of: dict[Part, list[str]] = {}
    current: list[str] | None = None
    for line in body.split("\n"):
        if line.startswith("#"):
            heading = tidy_line(line.lstrip("#"))
            part = HEADINGS.get(heading)
            if part is None:
                faults.append(broken("unknown_heading", "file", heading=heading))
                current = []
            elif part in lines_of:
                faults.append(broken("heading_twice", part.value, heading=heading))
            else:
                current = lines_of[part] = []
        elif current is not None:
            current.append(line)
        elif line.strip():
            faults.append(broken("text_before_heading", "file"))
            current = []
    return {part: tidy_text("\n".join(lines)) for part, lines in lines_of.items()}
