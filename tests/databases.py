"""Copies of a migrated database: cheaper than migrating, and cleaner than emptying tables."""

import secrets

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from backend.ops.migrate import migrate
from backend.ops.postgres import DatabaseUrls


def migrated_template(server: DatabaseUrls) -> DatabaseUrls:
    """Make a database on ``server`` and bring it to this version's schema."""
    urls = _named(server, "antam_template")
    _as_owner(server, sql.SQL("CREATE DATABASE antam_template"))
    migrate(urls.owner)
    return urls


def clone(template: DatabaseUrls) -> DatabaseUrls:
    """A new database like ``template``; nobody may be connected to that one."""
    name = f"test_{secrets.token_hex(8)}"
    source = make_url(template.owner).database or ""
    # Copying the files takes a quarter of the time that writing each block to the log does.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
        sql.Identifier(name), sql.Identifier(source)
    )
    _as_owner(_named(template, "antam"), statement)
    return _named(template, name)


def empty(template: DatabaseUrls) -> DatabaseUrls:
    """A new database without any table."""
    name = f"test_{secrets.token_hex(8)}"
    _as_owner(_named(template, "antam"), sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return _named(template, name)


def remove(template: DatabaseUrls, urls: DatabaseUrls) -> None:
    """Drop what ``clone`` made, whoever is still connected."""
    name = sql.Identifier(make_url(urls.owner).database or "")
    _as_owner(_named(template, "antam"), sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _named(urls: DatabaseUrls, database: str) -> DatabaseUrls:
    owner, app = (
        make_url(url).set(database=database).render_as_string(hide_password=False)
        for url in (urls.owner, urls.app)
    )
    return DatabaseUrls(owner=owner, app=app)


def _as_owner(urls: DatabaseUrls, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(urls.owner.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(statement)
