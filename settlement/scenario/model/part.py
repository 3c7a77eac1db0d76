"""What every mapping of the scenario file is."""

from pydantic import BaseModel, ConfigDict

__all__ = [
    "Part",
]


class Part(BaseModel):
    """A mapping of the scenario file: frozen, and closed to unknown keys."""

    # What is built, when the first file is read, is the whole: its parts on their own have no reader.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
