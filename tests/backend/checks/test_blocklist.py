"""Lists of reported addresses: brought in whole, read in every spelling, and never above what is allowed."""

import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner, Result

from backend.checks.blocklist import repository as blocklist_repository
from backend.checks.blocklist import service as blocklist_service
from backend.checks.blocklist.entries import entry_of
from backend.cli.main import app
from backend.kit.settings import Settings, settings
from backend.text.identifiers.view import view

LISTED = date(2025, 11, 28)


async def bring_in(session: AsyncSession, *lines: str, source: str = "a list", on: date = LISTED) -> None:
    await blocklist_service.import_list(session, lines, source=source, listed_on=on)


async def known_bad(session: AsyncSession, text: str) -> list[str]:
    return [one.written for one in await blocklist_service.listed_in(session, view(text, 10_000))]


@pytest.mark.parametrize(
    ("written", "entry"),
    [
        ("http://www.Qua-Tang.example.COM/", ("address", "qua-tang.example.com")),
        ("hxxps://lua[.]top/a/B?c=1", ("address", "lua.top/a/B?c=1")),
        ("lừa.vn", ("address", "xn--la-rct.vn")),
        ("+84 900 000 001", ("phone", "0900000001")),
        ("0900.000.001", ("phone", "0900000001")),
        ("1900 0000 0000 12", ("account", "19000000000012")),
        ("chỉ là chữ", None),
    ],
)
def test_an_entry_has_one_spelling(written: str, entry: tuple[str, str] | None) -> None:
    assert entry_of(written) == entry


async def test_a_link_is_known_in_every_spelling_and_under_its_domain(db_session: AsyncSession) -> None:
    await bring_in(
        db_session, "www.lua-dao.top", "sites.google.com/view/kiem-tien", "0900000001", "19001234567890"
    )
    for text in (
        "vào https://lua-dao.top/nhan-qua nhé",
        "vao www.LUA-DAO.top",
        "vào nhanqua.lua-dao.top, nhanh",
        "lua-dao[.]top",
        "lua-\u200bdao.top",
    ):
        assert await known_bad(db_session, text) == ["lua-dao.top"], text
    assert await known_bad(db_session, "https://sites.google.com/view/kiem-tien?x=1") == [
        "sites.google.com/view/kiem-tien"
    ]
    assert await known_bad(db_session, "gọi +84900000001 hay stk 1900 1234567890") == [
        "0900000001",
        "19001234567890",
    ]
    assert await known_bad(db_session, "19001234567890") == ["19001234567890"]
    assert await known_bad(db_session, "sites.google.com/view/khac, top.lua-dao.vn, lua-dao.top.vn") == []


async def test_a_hit_says_who_reported_it_and_when(db_session: AsyncSession) -> None:
    await bring_in(db_session, "lua-dao.top", source="Chống lừa đảo")
    (found,) = await blocklist_service.listed_in(db_session, view("lua-dao.top", 100))
    assert (found.kind, found.source, found.listed_on) == ("address", "Chống lừa đảo", LISTED)


async def test_what_is_allowed_wins_over_every_list(db_session: AsyncSession) -> None:
    await bring_in(db_session, "cua-hang.top", "cua-hang.top/a", "con.that.top", "0900000001")
    for allowed in ("cua-hang.top", "that.top", "0900000001"):
        entry = entry_of(allowed)
        assert entry is not None
        await blocklist_service.allow(db_session, entry, "a real shop")
        await blocklist_service.allow(db_session, entry, "asked again")
    assert await known_bad(db_session, "cua-hang.top/a cua-hang.top con.that.top/x 0900000001") == []


async def test_no_list_makes_an_official_or_shared_address_bad(db_session: AsyncSession) -> None:
    await bring_in(
        db_session, "vietcombank.com.vn", "facebook.com", "gov.vn", "com.vn", "facebook.com/trang-lua"
    )
    text = "vietcombank.com.vn baohiemxahoi.gov.vn facebook.com/ban abc.com.vn"
    assert await known_bad(db_session, text) == []
    assert await known_bad(db_session, "facebook.com/trang-lua") == ["facebook.com/trang-lua"]


async def test_importing_again_replaces_what_the_source_said(db_session: AsyncSession) -> None:
    await bring_in(db_session, "cu-1.top", "con-1.top")
    await bring_in(db_session, "khac-1.top", source="another")
    await bring_in(db_session, "con-1.top", "moi-1.top", on=date(2026, 1, 5))
    await bring_in(db_session, "con-1.top", "moi-1.top", on=date(2026, 1, 5))
    sources = await blocklist_repository.sources(db_session)
    assert [(one.name, one.listed_on, count) for one, count in sources] == [
        ("a list", date(2026, 1, 5), 2),
        ("another", LISTED, 1),
    ]
    assert await known_bad(db_session, "cu-1.top con-1.top moi-1.top khac-1.top") == [
        "con-1.top",
        "khac-1.top",
        "moi-1.top",
    ]


async def test_an_older_list_never_replaces_a_newer_one(db_session: AsyncSession) -> None:
    await bring_in(db_session, "moi-1.top")
    with pytest.raises(blocklist_service.OlderList):
        await bring_in(db_session, "cu-1.top", on=date(2025, 1, 1))
    assert await known_bad(db_session, "cu-1.top moi-1.top") == ["moi-1.top"]


@pytest.fixture
def deployment(backend_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works on this test's database."""
    monkeypatch.setenv("DATABASE_URL", backend_settings.database_url or "")
    settings.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["blocklist", *arguments])


@pytest.mark.usefixtures("deployment")
def test_the_command_brings_in_35_000_rows_in_seconds(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    rows = [f"www.lua{number}.top\n" for number in range(34_990)] + [
        "# a remark\n",
        "lua1.top\n",
        "!?\n",
        "x\n",
    ]
    file.write_text("".join(rows), encoding="utf-8")
    began = time.process_time()
    done = run("import", str(file), "--source", "many", "--date", "2025-11-28")
    assert done.stdout == "34990 entries, 1 repeated, 1 unreadable lines left out\n"
    assert time.process_time() - began < 30
    assert run("sources").stdout == "many · 2025-11-28 · 34990\n"


@pytest.mark.usefixtures("deployment")
def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("lua.top\n", encoding="utf-8")
    assert run("import", str(file), "--source", "s", "--date", "2025-11-28").exit_code == 0
    older = run("import", str(file), "--source", "s", "--date", "2025-01-01")
    assert older.exit_code == 1 and "newer list" in older.stderr
    assert run("import", str(file), "--source", " ", "--date", "2025-01-01").exit_code == 2
    assert run("import", str(file), "--source", "s", "--date", "2999-01-01").exit_code == 2
    assert run("allow", "chỉ là chữ", "--note", "x").exit_code == 2
    assert run("allow", "lua.top", "--note", "a mistake").stdout == "address lua.top is allowed\n"
