"""Large blocks go back to the system once they are free, whatever small ones were taken between them."""

import subprocess
import sys

from backend.kit.settings import ROOT

_USE = """
import re, sys
from backend.kit.memory import give_back_large_blocks

def held():
    return int(re.search(r"RssAnon:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

if sys.argv[1] == "set":
    assert give_back_large_blocks()
bytes(30_000_000)  # freed at once: from here on glibc would keep what is not larger
before = held()
large, small = [], []
for _ in range(20):
    large.append(b"x" * 6_000_000)
    small.append(b"x" * (2_000 + len(small)))
assert held() - before > 100
large.clear()
print(held() - before)
"""


def kept(how: str) -> int:
    """Megabytes that a process holds after it let a hundred and twenty of them go."""
    command = [sys.executable, "-c", _USE, how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_what_is_large_and_free_is_given_back() -> None:
    assert kept("set") < 10


def test_left_alone_it_would_be_kept() -> None:
    assert kept("left alone") > 50
