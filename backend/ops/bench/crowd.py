"""Fills a desk's queue and the index with tips, so that both can be measured with many of them.

Copies of tips that were really sent, row by row, with ids and times of their own. The queue shows them like
any other; they cannot be opened, because what is sealed is bound to the tip that it was sealed for. In the
index each names what no other names, and is worded like no other.
"""

from typing import Final

import psycopg

from backend.tips.triage.types import CATEGORIES

_ON_DESK: Final = """
    SELECT placed.tip_id, placed.desk_id FROM tip_desks placed JOIN desks ON desks.id = placed.desk_id
    WHERE placed.reach = 'direct' AND desks.kind = 'union' AND placed.status <> 'closed'
"""
_COPIES: Final = """
    CREATE TEMPORARY TABLE copies AS
    WITH models AS (SELECT id, row_number() OVER () - 1 AS number, count(*) OVER () AS models FROM tips)
    SELECT gen_random_uuid() AS id, models.id AS model, random() AS urgency,
           now() + interval '1 hour' + random() * interval '7 days' AS due_at,
           date_trunc('minute', now() - random() * interval '30 days') AS received_at,
           random() < 0.4 AS opened, random() < 0.1 AS unread
    FROM generate_series(1, %(missing)s) n JOIN models ON models.number = n %% models.models
"""
_ROWS: Final = (
    # Whatever else a row holds is copied as it is.
    """
    INSERT INTO tips SELECT (jsonb_populate_record(tips, jsonb_build_object(
        'id', copies.id, 'submission_id', NULL, 'receipt_lookup', sha256(copies.id::text::bytea),
        'received_at', copies.received_at, 'closed_on', NULL,
        'category', (%(categories)s::text[])[1 + floor(random() * cardinality(%(categories)s::text[]))::int],
        'priority', CASE WHEN urgency < 0.02 THEN 'P1' WHEN urgency < 0.2 THEN 'P2'
                         WHEN urgency < 0.8 THEN 'P3' ELSE 'P4' END
    ))).* FROM copies JOIN tips ON tips.id = copies.model
    """,
    """
    INSERT INTO tip_seals SELECT (jsonb_populate_record(tip_seals, jsonb_build_object(
        'id', gen_random_uuid(), 'tip_id', copies.id
    ))).* FROM copies JOIN tip_seals ON tip_seals.tip_id = copies.model
    """,
    """
    INSERT INTO tip_parts SELECT (jsonb_populate_record(tip_parts, jsonb_build_object(
        'id', gen_random_uuid(), 'tip_id', copies.id
    ))).* FROM copies JOIN tip_parts ON tip_parts.tip_id = copies.model
    """,
    """
    INSERT INTO tip_desks SELECT (jsonb_populate_record(tip_desks, jsonb_build_object(
        'tip_id', copies.id, 'due_at', copies.due_at, 'assignee_id', NULL, 'closed_on', NULL,
        'status', CASE WHEN opened THEN 'in_review' ELSE 'new' END,
        'opened_at', CASE WHEN opened THEN copies.received_at END
    ))).* FROM copies JOIN tip_desks ON tip_desks.tip_id = copies.model
    """,
    """
    INSERT INTO tip_index SELECT (jsonb_populate_record(tip_index, jsonb_build_object(
        'tip_id', copies.id, 'value', sha256(copies.id::text::bytea || tip_index.value)
    ))).* FROM copies JOIN tip_index ON tip_index.tip_id = copies.model
    """,
    """
    INSERT INTO tip_wordings SELECT (jsonb_populate_record(tip_wordings, jsonb_build_object(
        'tip_id', copies.id,
        'bands', (SELECT jsonb_agg(sha256(copies.id::text::bytea || band)) FROM unnest(bands) AS band)
    ))).* FROM copies JOIN tip_wordings ON tip_wordings.tip_id =
        (SELECT tip_id FROM tip_wordings WHERE cardinality(bands) > 0 LIMIT 1)
    """,
    """
    INSERT INTO tip_messages (id, tip_id, number, sender, version, sealed, written_at)
    SELECT gen_random_uuid(), copies.id, 1, 'reporter', 1, decode(repeat('00', 320), 'hex'),
           copies.received_at
    FROM copies WHERE unread
    """,
    """
    INSERT INTO notifications (id, member_id, tip_id, desk_id, event)
    SELECT gen_random_uuid(), members.member_id, copies.id, placed.desk_id, 'received'
    FROM copies JOIN tip_desks placed ON placed.tip_id = copies.id AND placed.reach = 'direct'
    JOIN desk_members members ON members.desk_id = placed.desk_id
    WHERE NOT opened
    """,
)
# What autovacuum does by itself within a minute of such growth.
_TABLES: Final = "tips, tip_seals, tip_parts, tip_desks, tip_index, tip_wordings, tip_messages, notifications"


def open_tips(database: str) -> list[str]:
    """The addresses of the open tips of the union's desks, as the staff pages name them."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(_ON_DESK).fetchall()
    return [f"/desks/{desk_id}/tips/{tip_id}" for tip_id, desk_id in rows]


def fill_up(database: str, wanted: int) -> int:
    """Copy tips until ``wanted`` are open on the union's desks; how many are open now."""
    with psycopg.connect(database, autocommit=True) as connection:
        missing = wanted - len(connection.execute(_ON_DESK).fetchall())
        if missing > 0:
            with connection.transaction():
                connection.execute(_COPIES, {"missing": missing})
                for statement in _ROWS:
                    connection.execute(statement, {"categories": list(CATEGORIES)})
                connection.execute("DROP TABLE copies")
        connection.execute(f"VACUUM ANALYZE {_TABLES}")
        return len(connection.execute(_ON_DESK).fetchall())
