"""Each promise of the content is a rule, and each rule recognises a bad example."""

from dataclasses import replace
from datetime import date

import pytest
import yaml

from backend.knowledge.content.document import Source, Topic
from backend.knowledge.content.findings import Finding, Level, publishable
from backend.knowledge.content.linter import lint
from backend.knowledge.content.phrases import phrase
from tests.backend.knowledge.topics import DATA, SOUND, around

LAW = SOUND.sources[0]


def findings(topic: Topic, topic_id: str = "payroll_card_pawn") -> list[Finding]:
    return lint(topic_id, topic, around())


def codes(topic: Topic, topic_id: str = "payroll_card_pawn") -> set[tuple[str, str]]:
    return {(finding.code, finding.where) for finding in findings(topic, topic_id)}


def test_a_sound_topic_has_no_findings() -> None:
    assert findings(SOUND) == []


BROKEN: list[tuple[str, str, dict[str, object]]] = [
    ("missing", "title", {"title": ""}),
    ("missing", "title_en", {"title_en": ""}),
    ("missing", "law", {"law": ""}),
    ("missing", "english", {"english": ""}),
    ("missing", "reviewed", {"reviewed": None}),
    ("missing", "review_by", {"review_by": None}),
    ("too_long", "title", {"title": "Cầm thẻ " * 9}),
    ("too_long", "summary", {"summary": "Đưa thẻ. " * 20}),
    ("too_long", "answer", {"answer": "Khóa thẻ ngay đi bạn. " * 30}),
    ("too_long", "english", {"english": "Call your bank now. " * 31}),
    ("no_sources", "sources", {"sources": (), "law": "- Hỏi công đoàn."}),
    ("signs_count", "signs", {"signs": "- Đòi mã PIN.\n- Đòi thẻ."}),
    ("signs_count", "signs", {"signs": "\n".join(["- Đòi mã PIN."] * 6)}),
    ("steps_count", "do_now", {"do_now": "1. Khóa thẻ.\n2. Kể với công đoàn."}),
    ("steps_order", "do_now", {"do_now": "1. Khóa thẻ.\n3. Kể công đoàn.\n4. Đổi thẻ."}),
    ("dead_related", "related", {"related": ("no_such_topic",)}),
    ("related_to_itself", "related", {"related": ("payroll_card_pawn",)}),
    ("unknown_hotline", "hotlines", {"hotlines": ("119",)}),
    ("no_hotlines", "hotlines", {"hotlines": ()}),
    (
        "law_before_its_year",
        "sources",
        {"sources": (LAW, Source("Luật An ninh mạng 116/2025/QH15", date(2018, 7, 1)))},
    ),
    ("unknown_hotline", "help", {"help": "Gọi {hotline:119}."}),
    ("unconfirmed_in_answer", "answer", {"answer": "Buồn quá thì gọi {hotline:ngay_mai}."}),
    ("bare_number", "help", {"help": "- Bị dọa thì gọi 113 nhé."}),
    ("unknown_number", "answer", {"answer": "Gọi ngay 0901.234.567 hỏi."}),
    ("bare_number", "summary", {"summary": "Gọi 1900 9068 để hỏi."}),
    ("bare_number", "aliases", {"aliases": ("cầm thẻ", "giữ thẻ", "gọi 113 khi bị giữ thẻ")}),
    ("unknown_number", "title_en", {"title_en": "Call 0901 234 567"}),
    ("unconfirmed_fact", "how", {"how": "Họ thu 5%/ngày [KXM]."}),
    ("markup", "how", {"how": "Họ **giữ thẻ** của bạn."}),
    ("markup", "help", {"help": "Xem [trang này](https://example.org)."}),
    ("markup", "signs", {"signs": "* Một.\n* Hai.\n- Ba.\n- Bốn.\n- Năm."}),
    ("signs_line", "signs", {"signs": "Có khi:\n- Đòi mã PIN.\n- Đòi thẻ.\n- Đòi giấy."}),
    ("steps_line", "do_now", {"do_now": "1. Khóa thẻ.\n2. Kể công đoàn.\n3. Đổi thẻ.\nVậy thôi."}),
    ("bare_number", "how", {"how": "Bạn gọi số 115 và 113 cũng được."}),
    ("verdict", "answer", {"answer": "Đây là lừa đảo. Khóa thẻ đi."}),
    ("verdict", "answer", {"answer": "Bạn không cần trả nợ cho họ."}),
    ("verdict", "do_now", {"do_now": "1. Bùng nợ đi.\n2. Khóa thẻ.\n3. Đổi số."}),
    ("verdict", "help", {"help": "Luật sư chắc chắn lấy lại được tiền."}),
    ("verdict", "english", {"english": "This is a crime. You do not have to repay."}),
    ("law_without_number", "law", {"law": "- Nhận cầm căn cước bị phạt. (Điều 11)"}),
    ("law_without_number", "how", {"how": "Bộ luật Dân sự cấm việc này."}),
    ("law_without_number", "law", {"law": "- Theo Luật Tố cáo, Điều 22."}),
    ("law_without_source", "law", {"law": "- Lãi tối đa 20%/năm. (Bộ luật Dân sự 91/2015/QH13, Điều 468)"}),
    ("review_by_too_early", "review_by", {"review_by": date(2026, 10, 1)}),
]


@pytest.mark.parametrize(("code", "where", "change"), BROKEN, ids=[f"{c}-{w}" for c, w, _ in BROKEN])
def test_a_broken_topic_cannot_be_published(code: str, where: str, change: dict[str, object]) -> None:
    found = findings(replace(SOUND, **change))  # type: ignore[arg-type]  # each change names a field of its own type
    assert (code, where) in {(finding.code, finding.where) for finding in found}
    assert not publishable(found)


ADVICE: list[tuple[str, str, dict[str, object]]] = [
    ("long_sentence", "how", {"how": " ".join(["lương"] * 20) + "."}),
    ("long_part", "how", {"how": "Họ giữ thẻ của bạn. " * 60}),
    ("long_reading", "file", {"how": "Họ giữ thẻ lương. " * 170}),
    ("slow_first_step", "do_now", {"do_now": "1. Đến công an phường.\n2. Khóa thẻ.\n3. Đổi thẻ."}),
    ("no_article", "law", {"law": "- Nhận cầm căn cước bị phạt. (Nghị định 282/2025/NĐ-CP)"}),
    ("officialese", "do_now", {"do_now": "1. Vui lòng khóa thẻ.\n2. Kể công đoàn.\n3. Đổi thẻ."}),
    ("officialese", "how", {"how": "Đối tượng tiến hành chiếm đoạt lương."}),
    ("few_aliases", "aliases", {"aliases": ("cầm thẻ",)}),
    ("alias_twice", "aliases", {"aliases": ("cầm thẻ", "Cầm thẻ", "thẻ lương")}),
    ("no_related", "related", {"related": ()}),
    ("said_twice", "help", {"help": "- Báo {hotline:156} (nên kiểm tra lại)."}),
    ("no_law", "law", {"law": "- Hỏi công đoàn."}),
    ("review_overdue", "review_by", {"reviewed": date(2026, 1, 1), "review_by": date(2026, 11, 20)}),
    ("reviewed_in_future", "reviewed", {"reviewed": date(2027, 1, 1)}),
    ("review_by_too_late", "review_by", {"review_by": date(2029, 1, 1)}),
]


@pytest.mark.parametrize(("code", "where", "change"), ADVICE, ids=[f"{c}-{w}" for c, w, _ in ADVICE])
def test_advice_does_not_stop_a_publication(code: str, where: str, change: dict[str, object]) -> None:
    found = findings(replace(SOUND, **change))  # type: ignore[arg-type]  # each change names a field of its own type
    assert (code, where) in {(finding.code, finding.where) for finding in found}
    assert publishable(found)


def test_a_topic_id_must_be_plain() -> None:
    assert ("bad_id", "id") in codes(SOUND, "Cầm thẻ")


GOOD: list[tuple[str, dict[str, object]]] = [
    (
        "an article is no telephone number",
        {"law": "- Vu khống bị phạt. (Nghị định 282/2025/NĐ-CP, Điều 113)"},
    ),
    ("an amount is no telephone number", {"how": "Phạt 156 triệu đồng, lãi 113%/năm, nợ 115.000đ."}),
    (
        "several articles are no telephone numbers",
        {"law": SOUND.law + "\n- Xem Nghị định 282/2025, Điều 111, 113 và 115."},
    ),
    ("a month is no law", {"how": "Từ 9/2025 đến 15/12/2025 có nhiều vụ."}),
    ("a call code is no markup", {"how": "Đừng bấm **21* rồi gọi."}),
    ("a promise that is denied is no promise", {"how": "Đừng tin ai hứa chắc chắn lấy lại được tiền."}),
    ("advice against absconding is no advice to abscond", {"how": "Đừng bùng nợ, hãy nhờ công đoàn."}),
    ("nineteen words are a sentence under twenty", {"how": " ".join(["lương"] * 19) + "."}),
    ("glass is no polite form", {"how": "Họ đập cửa kính phòng trọ."}),
    ("the scammers' own office words are quoted", {"how": 'Họ nói: "Vui lòng xác thực tài khoản".'}),
    (
        "a law's name may sound official",
        {"law": SOUND.law + " Xem thêm phần sau. (Nghị định 282/2025/NĐ-CP về trường hợp khác, Điều 11)"},
    ),
    ("a lawyer is no law", {"help": "Luật sư trợ giúp pháp lý có thể giúp."}),
    (
        "a law's title counts as one word",
        {"law": "- Bị phạt 8-10 triệu theo Nghị định 282/2025/NĐ-CP, Điều 11, cả người đưa lẫn người nhận."},
    ),
    ("an unconfirmed number may stand further down", {"help": "- Buồn quá: {hotline:ngay_mai}."}),
    (
        "a number counts with its digits",
        {"answer": "Khóa thẻ ngay đi bạn. " * 26 + "{hotline:113}"},
    ),
]


@pytest.mark.parametrize(("name", "change"), GOOD, ids=[name for name, _ in GOOD])
def test_what_only_looks_bad_is_let_pass(name: str, change: dict[str, object]) -> None:
    assert findings(replace(SOUND, **change)) == []  # type: ignore[arg-type]  # each change names a field of its own type


def test_a_source_with_the_law_and_its_day_satisfies_the_citation() -> None:
    civil = Source("Bộ luật Dân sự 91/2015/QH13, Điều 468", date(2017, 1, 1))
    law = SOUND.law + "\n- Lãi tối đa 20%/năm. (Bộ luật Dân sự 91/2015/QH13, Điều 468)"
    assert findings(replace(SOUND, law=law, sources=(LAW, civil))) == []


def test_every_finding_has_a_sentence_in_both_languages() -> None:
    phrases = yaml.safe_load((DATA / "phrases" / "knowledge.yml").read_text(encoding="utf-8"))
    used = {code for code, _, _ in BROKEN + ADVICE}
    assert {f"finding.{code}" for code in used} <= phrases.keys()
    for code, _, change in BROKEN + ADVICE:
        for finding in findings(replace(SOUND, **change)):  # type: ignore[arg-type]  # each change names a field of its own type
            for lang in ("vi", "en"):
                assert phrase(f"finding.{finding.code}", lang, **finding.params), code


def test_levels_are_only_two() -> None:
    assert set(Level) == {Level.BROKEN, Level.ADVICE}
