"""Codecs of a contract's functions, events and errors, read from its artifact once."""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from eth_utils.crypto import keccak

from settlement.chain.codec import Codec, codec_of
from settlement.chain.port import Log


@dataclass(frozen=True)
class Function:
    """A function: how to encode its call and decode its answer."""

    name: str
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def encode(self, *arguments: Any) -> bytes:
        """Calldata: selector and arguments."""
        return self.selector + self._inputs.encode(arguments)

    def decode(self, output: bytes) -> tuple[Any, ...]:
        """Return values, in order; structs are tuples."""
        return self._outputs.decode(output)

    @cached_property
    def _inputs(self) -> Codec:
        return codec_of(self.inputs)

    @cached_property
    def _outputs(self) -> Codec:
        return codec_of(self.outputs)


@dataclass(frozen=True)
class EventType:
    """An event: how to decode its log. ``fields`` pairs each name with (type, indexed)."""

    name: str
    topic: bytes
    fields: tuple[tuple[str, str, bool], ...]

    def decode(self, log: Log) -> dict[str, Any]:
        """Field values by name; no contract of ours indexes a value of dynamic type."""
        names, topics, data = self._parts
        values = *topics.decode(b"".join(log.topics[1:])), *data.decode(log.data)
        return dict(zip(names, values, strict=True))

    @cached_property
    def _parts(self) -> tuple[tuple[str, ...], Codec, Codec]:
        """Names of the fields, indexed ones first, and the codecs of the topics and of the data."""
        indexed, others = ([field for field in self.fields if field[2] is i] for i in (True, False))
        topics, data = (codec_of(tuple(kind for _, kind, _ in part)) for part in (indexed, others))
        return tuple(name for name, _, _ in (*indexed, *others)), topics, data


@dataclass(frozen=True)
class ErrorType:
    """A custom error: its name and the types of its arguments."""

    name: str
    selector: bytes
    inputs: tuple[str, ...]

    def decode(self, revert_data: bytes) -> tuple[Any, ...]:
        """The error's arguments."""
        return codec_of(self.inputs).decode(revert_data[4:])


@dataclass(frozen=True)
class Artifact:
    """A compiled contract, as ``scripts/build_contracts.py`` wrote it."""

    contract: str
    abi: list[dict[str, Any]]
    bytecode: bytes

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions by name; our contracts overload none."""
        return {
            entry["name"]: Function(
                entry["name"],
                keccak(text=_signature(entry))[:4],
                _types(entry["inputs"]),
                _types(entry["outputs"]),
            )
            for entry in self._entries("function")
        }

    @cached_property
    def events(self) -> dict[bytes, EventType]:
        """Events by topic."""
        return {
            (topic := keccak(text=_signature(entry))): EventType(
                entry["name"], topic, tuple((i["name"], _type(i), i["indexed"]) for i in entry["inputs"])
            )
            for entry in self._entries("event")
        }

    @cached_property
    def errors(self) -> dict[bytes, ErrorType]:
        """Custom errors by selector."""
        return {
            (selector := keccak(text=_signature(entry))[:4]): ErrorType(
                entry["name"], selector, _types(entry["inputs"])
            )
            for entry in self._entries("error")
        }

    def creation_code(self, *arguments: Any) -> bytes:
        """Bytecode with the constructor's arguments appended."""
        constructors = self._entries("constructor")
        types = _types(constructors[0]["inputs"]) if constructors else ()
        return self.bytecode + codec_of(types).encode(arguments)

    def _entries(self, kind: str) -> list[dict[str, Any]]:
        return [entry for entry in self.abi if entry["type"] == kind]


@cache
def load_artifact(contract: str) -> Artifact:
    """The shipped artifact of ``contract``."""
    text = resources.files("settlement.chain").joinpath(f"artifacts/{contract}.json").read_text()
    fields = json.loads(text)
    return Artifact(fields["contract"], fields["abi"], bytes.fromhex(fields["bytecode"]))


def _signature(entry: dict[str, Any]) -> str:
    return f"{entry['name']}({','.join(_types(entry['inputs']))})"


def _types(parameters: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(map(_type, parameters))


def _type(parameter: dict[str, Any]) -> str:
    """The canonical type: a struct is the tuple of its members."""
    if not parameter["type"].startswith("tuple"):
        return str(parameter["type"])
    members = ",".join(_types(parameter["components"]))
    return f"({members}){parameter['type'].removeprefix('tuple')}"
