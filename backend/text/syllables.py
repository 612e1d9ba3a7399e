"""What a Vietnamese syllable looks like once its diacritics are gone.

For telling a disguised word ("t1en") from a number or a code ("F88", "ca 1"). It knows shapes only, no
vocabulary, and must not be used to reject what somebody wrote: names and foreign words are not syllables.
"""

import re
from typing import Final

_ONSET: Final = "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?"

_RIME: Final = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|"
    "e|ec|ech|em|en|eng|enh|eo|ep|et|eu|"
    "i|ia|ich|iec|iem|ien|ieng|iep|iet|ieu|im|in|inh|ip|it|iu|"
    "o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|ong|ooc|oong|op|ot|"
    "u|ua|uan|uang|uat|uau|uay|uc|ue|uech|uenh|ui|um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|uou|up|ut|uu|"
    "uy|uya|uych|uyen|uyet|uynh|uyt|uyu|"
    "y|yem|yen|yet|yeu"
)

_SYLLABLE: Final = re.compile(f"{_ONSET}(?:{_RIME})")
_C_BEFORE_FRONT_VOWEL: Final = re.compile(r"c[eiy]|k[aou](?!h)|ng[eiy](?!h)|gh[aou]")


def is_syllable(folded_word: str) -> bool:
    """True when the folded word (lower case, no diacritics) is spelt like one Vietnamese syllable."""
    if not _SYLLABLE.fullmatch(folded_word):
        return False
    return not _C_BEFORE_FRONT_VOWEL.match(folded_word) or folded_word in {"ka", "ko", "ku"}
