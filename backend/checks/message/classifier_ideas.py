"""The ideas in a message, and which go together: a stranger and a code, a parcel and a link, work and a fee.

One idea has many words (``data/checks/concepts.yml``), so what was learned of one holds for all. Pure.
"""

from functools import cache
from itertools import combinations
from math import sqrt
from typing import Final

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.pattern_parts import Sentence
from backend.text.pattern_reading import PatternReader
from backend.text.patterns import Patterns
from backend.text.words import sentences

_FILE: Final = "checks/concepts.yml"
_MOST_IDEAS: Final = 24
"""Ideas of one text that are paired: pairs grow with the square."""
_FEW: Final = 16
_MAX_WORDS: Final = 1_500
"""Words of one text in which ideas are looked for."""


def ideas_of(text_words: list[str]) -> dict[str, float]:
    """Each idea of the words once, and each pair of ideas, scaled so that a long text does not shout."""
    read = [Sentence(sentence) for sentence in sentences(text_words[:_MAX_WORDS])]
    found = [idea for idea, words in _ideas().items() if any(words.fits(one) for one in read)][:_MOST_IDEAS]
    both = [*found, *(f"{one}+{other}" for one, other in combinations(found, 2))]
    return dict.fromkeys(both, 1 / sqrt(max(len(both), _FEW)))


@cache
def _ideas() -> dict[str, Patterns]:
    """By name, in the order of names. Raises ``DataFileError``."""
    content = read_mapping(data_folder() / _FILE).get("concepts")
    if not isinstance(content, dict):
        raise DataFileError(f"{_FILE} lacks concepts")
    reader = PatternReader({})
    return {idea: Patterns([str(one) for one in content[idea]], reader) for idea in sorted(content)}
