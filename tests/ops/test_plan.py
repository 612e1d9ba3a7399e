"""What each process is started with."""

from pathlib import Path

from backend.kit.settings import Settings
from backend.ops.child import Patience
from backend.ops.plan import Port, ports, programs

OUTER = {"PATH": "/bin", "DATABASE_URL": "postgresql://owner:secret@db/antam"}


def test_only_the_backend_and_the_worker_see_the_database_url() -> None:
    seeing = {
        program.name for program in programs(Settings(), OUTER) if "DATABASE_URL" in program.environment
    }
    assert seeing == {"backend", "worker"}


def test_every_process_is_told_the_folders_and_ports_of_this_deployment() -> None:
    config = Settings(var=Path("/srv/antam"), internal_port=9082)
    for program in programs(config, OUTER):
        assert program.environment["ANTAM_VAR"] == "/srv/antam"
        assert program.environment["ANTAM_INTERNAL_PORT"] == "9082"


def test_a_folder_named_from_where_the_operator_stands_is_found_by_every_process() -> None:
    for program in programs(Settings(var=Path("elsewhere")), OUTER):
        assert program.environment["ANTAM_VAR"] == str(Path.cwd() / "elsewhere")


def test_a_program_shows_no_environment_when_printed() -> None:
    assert all("secret" not in repr(program) for program in programs(Settings(), OUTER))


def test_opening_the_pages_to_the_world_leaves_the_rest_on_loopback() -> None:
    listening = ports(Settings(host="0.0.0.0"))
    assert {port.number for port in listening if port.host == "0.0.0.0"} == {8080, 8081}
    assert Port("127.0.0.1", 8082, "the internal API", "ANTAM_INTERNAL_PORT") in listening


def test_pauses_double_up_to_the_longest() -> None:
    patience = Patience(first_pause=1, longest_pause=60)
    assert [patience.pause(deaths) for deaths in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert patience.pause(10_000) == 60


def test_one_that_all_others_wait_for_begins_with_a_shorter_pause() -> None:
    assert [Patience().pause(deaths, first=0.1) for deaths in (1, 2, 3, 20)] == [0.1, 0.2, 0.4, 60]
