"""Searches a database: every column of every relation of every schema by SQL, large objects, and a dump."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.canary.findings import Findings, Place
from tests.canary.needles import Needles

_BETWEEN: Final = b"\n\x1f\n"
"""Stands between the values of a column, so that nothing is found across two of them."""
_BATCH: Final = 2_000
_BYTES: Final = re.compile(rb"\\x((?:[0-9a-f]{2})+)")

_RELATIONS: Final = """
    SELECT c.oid, n.nspname, c.relname,
           has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm', 't', 'f')
       OR (c.relkind = 'v' AND n.nspname <> 'information_schema' AND c.relname NOT LIKE '%_numa')
    ORDER BY 2, 3
"""
"""Tables (partitions too), materialised and foreign ones, what they keep out of line, and views: some show
what no table holds, such as the queries that run. Those of ``information_schema`` only show the catalogue."""
_COLUMNS: Final = """
    SELECT attname, atttypid = 'bytea'::regtype FROM pg_attribute
    WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


@dataclass(frozen=True)
class Access:
    """How to reach a server as one role, and the folder of its own programs."""

    conninfo: str
    programs: Path

    def connect(self, database: str | None = None) -> psycopg.Connection:
        return psycopg.connect(self.conninfo, dbname=database) if database else psycopg.connect(self.conninfo)


def search_database(
    access: Access, needles: Needles, findings: Findings, database: str | None = None
) -> None:
    """Every value of every column that this role may read, as text, and bytes as they are."""
    with access.connect(database) as connection:
        connection.read_only = True
        for oid, schema, relation, may in connection.execute(_RELATIONS).fetchall():
            for column, values in _values(connection, oid, schema, relation) if may else ():
                where = f"{schema}.{relation}.{column}"
                findings.add(Place.SQL, where, len(values), needles.in_bytes(values))
        for oid, content in _large_objects(connection):
            findings.add(Place.SQL, f"large object {oid}", len(content), needles.in_bytes(content))


def search_dump(access: Access, needles: Needles, findings: Findings, *, cluster: bool = False) -> None:
    """What ``pg_dump`` writes (of a ``cluster``: ``pg_dumpall``), large objects and UNLOGGED tables too."""
    program = "pg_dumpall" if cluster else "pg_dump"
    given = conninfo_to_dict(access.conninfo)
    environment = {**os.environ, "PGPASSWORD": str(given.pop("password", ""))}
    connecting = " ".join(f"{key}='{value}'" for key, value in given.items())
    command = [str(access.programs / program), f"--dbname={connecting}"]
    dumping = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert dumping.returncode == 0, dumping.stderr.decode()
    findings.add(Place.DUMP, program, len(dumping.stdout), needles.in_bytes(dumping.stdout))
    findings.add(Place.DUMP, program, 0, needles.in_bytes(in_hex(dumping.stdout)))


def in_hex(dump: bytes) -> bytes:
    """The bytes that a dump writes in hex, whatever form of a text they hold."""
    return _BETWEEN.join(bytes.fromhex(found.decode()) for found in _BYTES.findall(dump))


def relation_files(access: Access) -> dict[str, str]:
    """Which table or index a file of the data directory belongs to, by its path there."""
    with access.connect() as connection:
        rows = connection.execute(
            "SELECT pg_relation_filepath(oid), relname FROM pg_class WHERE relfilenode <> 0"
        ).fetchall()
    return dict(rows)


def columns_listed(access: Access) -> frozenset[str]:
    """The columns that ``information_schema`` lists of all that is not PostgreSQL's own."""
    with access.connect() as connection:
        rows = connection.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns"
            " WHERE table_schema NOT IN ('information_schema', 'pg_catalog')"
        ).fetchall()
    return frozenset(".".join(row) for row in rows)


def _values(
    connection: psycopg.Connection, oid: int, schema: str, relation: str
) -> Iterator[tuple[str, bytes]]:
    """The columns of a relation, each with a batch of its values at a time."""
    columns = connection.execute(_COLUMNS, [oid]).fetchall()
    wanted = [
        sql.Identifier(name) if is_bytes else sql.SQL("{}::text").format(sql.Identifier(name))
        for name, is_bytes in columns
    ]
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(wanted), sql.Identifier(schema, relation))
    yield from ((name, b"") for name, _ in columns)
    with connection.cursor("values", binary=True) as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_BATCH):
            for (name, _), values in zip(columns, zip(*rows, strict=True), strict=True):
                yield name, _BETWEEN.join(_raw(value) for value in values if value is not None)


def _raw(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _large_objects(connection: psycopg.Connection) -> Iterator[tuple[int, bytes]]:
    for (oid,) in connection.execute("SELECT oid FROM pg_largeobject_metadata").fetchall():
        row = connection.execute("SELECT lo_get(%s)", [oid]).fetchone()
        assert row is not None
        yield oid, row[0]
