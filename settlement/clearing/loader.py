"""A file or a text → a ``Queue``, or every problem of it with its position."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from settlement.clearing.document import Document, JsonDocument
from settlement.clearing.queue import Queue
from settlement.clearing.table import TableDocument
from settlement.clearing.validation import Validation
from settlement.domain.errors import Problem, QueueError, UserError
from settlement.domain.faults import shown

_STANDARD_INPUT = "-"


def read_queue(source: str | os.PathLike[str]) -> Queue:
    """The queue in a JSON or CSV file; ``-`` stands for standard input.

    Raises:
        QueueError: the file is wrong; it holds every problem with its position.
        UserError: there is no such file, or it cannot be read.
    """
    name = os.fspath(source)
    content = sys.stdin.buffer.read() if name == _STANDARD_INPUT else _content(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueueError(name, [Problem.of_bytes(error)]) from None
    return parse_queue(text, name)


def parse_queue(text: str, source: str) -> Queue:
    """The queue that ``text`` describes; ``source`` names it in problems.

    It is JSON where the name ends in ``.json`` or the text starts with a bracket, otherwise CSV.

    Raises:
        QueueError: the text is wrong; it holds every problem with its position.
    """
    start, suffix = text.lstrip()[:1], Path(source).suffix.casefold()
    if not start:
        remedy = "write participants and obligations"
        raise QueueError(source, [Problem(1, 1, "", "the file is empty", "a queue in JSON or CSV", remedy)])
    is_json = suffix == ".json" or start == "{" or (start == "[" and suffix != ".csv")
    with _without_collector():
        document: Document = JsonDocument(text) if is_json else TableDocument(text)
        validation = Validation(document)
    if validation.queue is None:
        raise QueueError(source, validation.problems)
    return validation.queue


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of values that all live on would be searched for garbage again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except FileNotFoundError:
        why, remedy = "there is no such file", "check the path"
    except IsADirectoryError:
        why, remedy = "it is a directory", "name the file in it"
    except (OSError, ValueError) as error:
        # A ValueError is a path that no file system takes.
        why = str(error.strerror) if isinstance(error, OSError) else str(error)
        remedy = "check the path and its permissions"
    raise UserError(f"{shown(name)} cannot be read: {why}; expected a queue in JSON or CSV; {remedy}")
