"""What every mapping of the scenario file is."""

from pydantic import BaseModel, ConfigDict

__all__ = [
    "Part",
]


class Part(BaseModel):
    """A mapping of the scenario file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
