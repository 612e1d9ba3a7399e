"""Wherever a database, a folder or a process can keep something, the search gets there and says where."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import psycopg
import pytest

from backend.ops.postgres import DatabaseUrls
from backend.ops.postgres_files import programs_for
from backend.ops.processes import unprivileged_user
from tests.canary import machine
from tests.canary.database import Access, search_database, search_dump
from tests.canary.findings import Findings, Place
from tests.canary.forms import Planted
from tests.canary.needles import Needles
from tests.waiting import eventually

SECRET: Final = "mắm nghêu quoẵng khươm"
NEEDLES: Final = Needles([Planted("test", "story", SECRET)])

HIDDEN: Final = {
    "another schema": (
        "CREATE SCHEMA apart; CREATE TABLE apart.t (c text); INSERT INTO apart.t VALUES ($s$)",
        "apart.t.c",
    ),
    "JSON": ("CREATE TABLE j (c jsonb); INSERT INTO j VALUES (jsonb_build_object('a', $s$))", "public.j.c"),
    "an array": ("CREATE TABLE a (c text[]); INSERT INTO a VALUES (ARRAY['x', $s$])", "public.a.c"),
    "bytes": ("CREATE TABLE b (c bytea); INSERT INTO b VALUES (convert_to($s$, 'UTF8'))", "public.b.c"),
    "an array of bytes": (
        "CREATE TABLE ab (c bytea[]); INSERT INTO ab VALUES (ARRAY[convert_to($s$, 'UTF8')])",
        "public.ab.c",
    ),
    "a long value": ("CREATE TABLE l (c text); INSERT INTO l VALUES (repeat($s$, 5000))", "public.l.c"),
    "a composite value": (
        "CREATE TYPE pair AS (x int, y text); CREATE TABLE p (c pair);"
        "INSERT INTO p VALUES (ROW(1, $s$)::pair)",
        "public.p.c",
    ),
    "a label of an enumeration": ("CREATE TYPE e AS ENUM ($s$)", "pg_catalog.pg_enum.enumlabel"),
    "a table that is not logged": (
        "CREATE UNLOGGED TABLE u (c text); INSERT INTO u VALUES ($s$)",
        "public.u.c",
    ),
    "a materialised view": ("CREATE MATERIALIZED VIEW m AS SELECT $s$::text AS c", "public.m.c"),
    "a view": ("CREATE VIEW v AS SELECT $s$::text AS c", "public.v.c"),
    "a partition": (
        "CREATE TABLE q (c text) PARTITION BY LIST (c); CREATE TABLE q1 PARTITION OF q DEFAULT;"
        "INSERT INTO q VALUES ($s$)",
        "public.q1.c",
    ),
    "a comment": (
        "CREATE TABLE k (c int); COMMENT ON TABLE k IS $s$",
        "pg_catalog.pg_description.description",
    ),
    "a function": (
        "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$BEGIN RETURN $s$; END$f$",
        "pg_catalog.pg_proc.prosrc",
    ),
    "a column's name": ("CREATE TABLE n ($i$ int)", "pg_catalog.pg_attribute.attname"),
    "a large object": ("SELECT lo_from_bytea(4242, convert_to($s$, 'UTF8'))", "large object 4242"),
}


def _access(urls: DatabaseUrls, home: Path) -> Access:
    return Access(urls.owner.replace("+psycopg", "", 1), programs_for(home, unprivileged_user()))


def _hide(connection: psycopg.Connection, statements: str) -> None:
    connection.execute(statements.replace("$s$", f"'{SECRET}'").replace("$i$", f'"{SECRET}"').encode())


@pytest.mark.parametrize("hidden", HIDDEN)
def test_sql_reaches_whatever_a_database_can_keep(
    database: DatabaseUrls, open_folder: Path, hidden: str
) -> None:
    statements, where = HIDDEN[hidden]
    access = _access(database, open_folder / "postgres")
    with access.connect() as connection:
        _hide(connection, statements)
    findings = Findings()
    search_database(access, NEEDLES, findings)
    assert where in {finding.where for finding in findings.found if finding.place is Place.SQL}


def test_a_dump_holds_every_table_and_large_object(database: DatabaseUrls, open_folder: Path) -> None:
    access = _access(database, open_folder / "postgres")
    for hidden in ("a table that is not logged", "a large object", "a long value"):
        with access.connect() as connection:
            _hide(connection, HIDDEN[hidden][0])
        findings = Findings()
        search_dump(access, NEEDLES, findings)
        assert {finding.where for finding in findings.found} == {"pg_dump"}
        with access.connect() as connection:
            connection.execute(
                "DROP TABLE IF EXISTS u, l; SELECT lo_unlink(oid) FROM pg_largeobject_metadata"
            )


def test_a_query_that_runs_is_seen(database: DatabaseUrls, open_folder: Path) -> None:
    access = _access(database, open_folder / "postgres")
    with access.connect() as other:
        other.execute(f"SELECT '{SECRET}'".encode())
        findings = Findings()
        search_database(access, NEEDLES, findings)
    assert {finding.where for finding in findings.found} == {"pg_catalog.pg_stat_activity.query"}


def test_files_are_searched_by_content_and_by_name(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "log").write_text(f"user said {SECRET}", encoding="utf-8")
    (tmp_path / SECRET).touch()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_text(SECRET, encoding="utf-8")
    findings = Findings()
    machine.search_folder(tmp_path, NEEDLES, findings, Place.VAR, without=tmp_path / "elsewhere")
    assert {finding.where for finding in findings.found} == {"deep/er/log", SECRET}


def test_what_a_process_was_started_with_is_searched_and_its_children_s_too() -> None:
    script = (
        "import os, subprocess, sys, tempfile\n"
        "file = tempfile.TemporaryFile(); file.write(os.environ['A'].encode()); file.flush()\n"
        "with subprocess.Popen(['sleep', '600'], env={'B': sys.argv[1]}) as child:\n"
        "    print('ready', flush=True); sys.stdin.read(); child.kill()\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", script, SECRET],
        env={"A": SECRET, "TMPDIR": tempfile.gettempdir()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with started as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        findings = Findings()
        eventually(lambda: "sleep" in machine.family(process.pid).values())
        machine.search_processes(process.pid, NEEDLES, findings)
    name = Path(sys.executable).name
    assert {finding.where for finding in findings.found} == {
        f"cmdline of {name}",
        f"environ of {name}",
        f"deleted file of {name}",
        "environ of sleep",
    }


def test_the_output_is_told_apart_by_who_spoke() -> None:
    findings = Findings()
    said = ["     bot │ started", f"    rasa │ {SECRET}", "An Tâm is ready", f"ready for {SECRET}"]
    machine.search_output(said, NEEDLES, findings)
    assert {finding.where for finding in findings.found} == {"rasa", "supervisor"}
    assert set(findings.searched[Place.OUTPUT]) == {"bot", "rasa", "supervisor"}


def test_nobody_can_read_what_was_found_in_the_report_of_it(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(SECRET, encoding="utf-8")
    findings = Findings()
    machine.search_folder(tmp_path, NEEDLES, findings, Place.VAR)
    assert str(findings) == "var, log: the story of test, clear"
    assert os.fspath(tmp_path) not in str(findings)
