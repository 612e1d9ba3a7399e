"""The queue itself: what fails is said without its arguments, what a dead worker held is taken up again."""

import logging

import psycopg
import pytest
from procrastinate import App, PsycopgConnector

from backend.kit.jobs import blueprint, log_failures
from backend.ops.postgres import DatabaseUrls


def conninfo(database: DatabaseUrls) -> str:
    return database.app.replace("+psycopg", "", 1)


def queue_on(database: DatabaseUrls) -> App:
    app = App(connector=PsycopgConnector(conninfo=conninfo(database), min_size=1, max_size=4))
    app.add_tasks_from(blueprint, namespace="jobs")
    return app


async def test_a_failure_is_logged_by_name_and_place_only(
    database: DatabaseUrls, caplog: pytest.LogCaptureFixture
) -> None:
    app = queue_on(database)

    @app.task(name="failing")
    async def failing(tip_id: str) -> None:
        raise ValueError(f"the story of {tip_id}")

    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    async with app.open_async():
        await failing.defer_async(tip_id="7f3a")
        await app.run_worker_async(wait=False, delete_jobs="always", worker_middleware=[log_failures])
    assert "job failing failed" in caplog.text
    assert "builtins.ValueError" in caplog.text
    assert "7f3a" not in caplog.text


async def test_a_job_that_a_dead_worker_held_is_taken_up_again(database: DatabaseUrls) -> None:
    app = queue_on(database)
    done: list[int] = []

    @app.task(name="work")
    async def work(number: int) -> None:
        done.append(number)

    async with app.open_async():
        job_id = await work.defer_async(number=7)
        with psycopg.connect(conninfo(database), autocommit=True) as connection:
            row = connection.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '1 hour') RETURNING id"
            ).fetchone()
            assert row is not None
            connection.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
                [row[0], job_id],
            )
        await app.configure_task("jobs:take_up_stalled").defer_async(timestamp=0)
        await app.run_worker_async(wait=False, delete_jobs="always")
        await app.run_worker_async(wait=False, delete_jobs="always")
    assert done == [7]
