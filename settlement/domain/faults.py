"""How messages about a user's file name places and quote values: the same in every kind of file."""

import difflib
import re
from collections.abc import Iterable

#: Where a value sits in the file: mapping keys and list indices, outermost first.
Loc = tuple[str | int, ...]

_SHOWN = 60
#: Letters that are enough to be the beginning of a word.
_BEGINNING = 3
_PLAIN_STEP = re.compile(r"[\w/<>-]{1,60}")


def path_text(loc: Loc) -> str:
    """``credits[0].amount``: how a problem names its place."""
    text = ""
    for step in loc:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _PLAIN_STEP.fullmatch(step) else shown(step))
    return text


def shown(value: object) -> str:
    """How a message quotes a value: one line, shortened when long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def listed(words: Iterable[str], most: int = 12, rest: str = "") -> str:
    """The words with commas between, cut off after ``most``; ``rest`` says where the others stand."""
    known = list(words)
    more = f", ... ({rest})" if rest else ", ..."
    return ", ".join(known[:most]) + (more if len(known) > most else "") if known else "none yet"


def near(word: str, known: Iterable[str], likeness: float = 0.5) -> list[str]:
    """The known words that ``word`` may misspell, best first, two at most; ``likeness`` 1 is equal.

    Where none is alike, those that begin with it.
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    folded = word[:_SHOWN].casefold()
    close = difflib.get_close_matches(folded, by_folded, n=2, cutoff=likeness)
    if not close and len(folded) >= _BEGINNING:
        close = [match for match in by_folded if match.startswith(folded)][:2]
    return [by_folded[match] for match in close]


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for a misspelt word: the nearest known ones, or ``otherwise`` when none is near."""
    close = near(word, known)
    return f"did you mean {' or '.join(repr(match) for match in close)}?" if close else otherwise
