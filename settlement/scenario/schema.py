"""The file format as JSON schema, for completion and checks in editors."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticUndefined

from settlement.scenario.model import Jurisdiction, Part, Scenario
from settlement.scenario.shape import bare, form_of, inside, is_part, kinds_of, meanings_of, variants

__all__ = ["json_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of a scenario file."""
    schema = Scenario.model_json_schema(schema_generator=_Generator)
    for part in _parts(Scenario):
        target = schema if part is Scenario else schema["$defs"][part.__name__]
        _write_meanings(part, target["properties"])
        _write_defaults(part, target["properties"])
        for described in target["properties"].values():
            if "patternProperties" in described:
                described["additionalProperties"] = False
    # A profile gives what a jurisdiction leaves out.
    place = schema["$defs"][Jurisdiction.__name__]
    place["if"] = {"not": {"required": ["profile"]}}
    place["then"] = {"required": place.pop("required")}
    return {"$schema": _DIALECT, **schema}


class _Generator(GenerateJsonSchema):
    """Silent about defaults that are no JSON values: they are written below."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}


def _parts(kind: Any) -> set[type[Part]]:
    """Every part that a type holds, itself included."""
    plain = bare(kind)
    if is_part(plain):
        return {plain}.union(*(_parts(inner) for inner in kinds_of(plain).values()))
    within = variants(plain).values() or filter(None, [inside(plain, 0)])
    return set[type[Part]]().union(*(_parts(inner) for inner in within))


def _write_meanings(part: type[Part], properties: dict[str, Any]) -> None:
    """What each key means, which the models leave to who asks."""
    for name, meaning in meanings_of(part).items():
        properties[name]["description"] = meaning


def _write_defaults(part: type[Part], properties: dict[str, Any]) -> None:
    """Defaults as the file writes them: pydantic shows what they are made of."""
    for name, field in part.model_fields.items():
        form = form_of(kinds_of(part)[name])
        if form is not None and field.default not in (PydanticUndefined, None):
            properties[name]["default"] = form.write(field.default)
