"""Write the tables in ``settlement/scenario/README.md`` from the models, the profiles and the library.

``--check`` writes nothing and fails where a table is not what it would be.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args, get_origin

from scripts.tables import ROOT, Written, between, write_or_check
from settlement.domain.amounts import Amount
from settlement.scenario import Action, Expectations, Scenario, library, profile_data, shipped_profiles
from settlement.scenario.model import Part
from settlement.scenario.shape import bare, form_of, inside, is_part, kinds_of, meanings_of

#: Choices of more words than these are called by their name only.
_MOST_WORDS = 12

README = ROOT / "settlement" / "scenario" / "README.md"


def sections() -> Iterator[str]:
    """What each section of a file is for."""
    yield from ("| section | what it says |", "|---|---|")
    for name, field in Scenario.model_fields.items():
        needed = " Needed." if field.is_required() else ""
        yield f"| `{name}` | {meanings_of(Scenario)[name]}{needed} |"


def keys() -> Iterator[str]:
    """Every key of every section, but of those that have tables of their own."""
    places: dict[type[Part], list[str]] = {}
    for path, part in _parts("", Scenario):
        if part not in (Scenario, Expectations):
            places.setdefault(part, []).append(f"**`{path}`**")
    for part, paths in places.items():
        yield from ("", f"{', '.join(paths)}: {' '.join((part.__doc__ or '').split())}", "")
        yield from ("| key | takes | default | meaning |", "|---|---|---|---|")
        for name, kind in kinds_of(part).items():
            field = part.model_fields[name]
            value = field.get_default(call_default_factory=True)
            default = "needed" if field.is_required() else _default(kind, value)
            meaning = meanings_of(part).get(name, "").replace("<", "&lt;").replace("\n", " ")
            yield f"| `{name}` | {_takes(kind)} | {default} | {meaning} |"


def _parts(path: str, part: type[Part]) -> Iterator[tuple[str, type[Part]]]:
    """A part with its path in the file, and those within it, each behind the one that holds it."""
    yield path, part
    for name, kind in kinds_of(part).items():
        within = bare(kind)
        while not is_part(within) and get_origin(within) in (tuple, Mapping):
            within = bare(inside(within, 0))
        if is_part(within):
            yield from _parts(f"{path}.{name}".lstrip("."), within)


def _takes(kind: Any) -> str:
    """What stands behind a key, in short: words as they are written, other values by what they are called."""
    form, plain = form_of(kind), bare(kind)
    if form is not None:
        words = form.schema.get("enum", ())
        is_short = 0 < len(words) <= _MOST_WORDS
        return (
            ", ".join(f"`{word}`" for word in words)
            if is_short
            else form.noun.removeprefix("a ").removeprefix("an ")
        )
    if is_part(plain):
        return "keys, see below"
    if get_origin(plain) is tuple:
        return f"list of: {_takes(inside(plain, 0))}"
    key, value = get_args(plain)
    return f"by {_takes(key)}: {_takes(value)}"


def _default(kind: Any, value: Any) -> str:
    """A default as the file writes it."""
    form, plain = form_of(kind), bare(kind)
    if form is not None and value is not None:
        written = form.write(value)
        return f"`{str(written).lower() if isinstance(written, bool) else written}`"
    if isinstance(value, Mapping) and value:
        return f"`{', '.join(f'{key}: {item}' for key, item in value.items())}`"
    if isinstance(value, tuple) and value:
        return ", ".join(_default(inside(plain, 0), item) for item in value)
    return "–"


def actions() -> Iterator[str]:
    """What may happen beside the trades, with the keys of each."""
    yield from ("| `do:` | keys besides `at` | what happens |", "|---|---|---|")
    for model in get_args(get_args(Action)[0]):
        fields = dict(model.model_fields)
        (word,) = get_args(fields.pop("do").annotation)
        keys = (
            f"`{name}`" if f.is_required() else f"`{name}`?" for name, f in fields.items() if name != "at"
        )
        yield f"| `{word}` | {', '.join(keys)} | {' '.join((model.__doc__ or '').split())} |"


def expectations() -> Iterator[str]:
    """How a run may be expected to end."""
    yield from ("| `expect:` | what is compared |", "|---|---|")
    for name in Expectations.model_fields:
        yield f"| `{name}` | {meanings_of(Expectations).get(name, '').replace('<', '&lt;')} |"


def profiles() -> Iterator[str]:
    """What each shipped profile gives."""
    keys = ("calendar", "time_zone"), ("domestic_ban", "direct_payments", "access", "private_from_phase")
    yield f"| profile | {' | '.join(f'`{key}`' for part in keys for key in part)} |"
    yield "|---" * (1 + sum(map(len, keys))) + "|"
    for name in shipped_profiles():
        profile = profile_data(name)
        values = [profile[key] for key in keys[0]] + [profile["regime"][key] for key in keys[1]]
        words = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
        yield f"| `{name}` | {' | '.join(words)} |"


def scenarios() -> Iterator[str]:
    """The library, in the order of the titles' numbers."""
    yield from ("| # | file | what it shows | expected end |", "|--:|---|---|---|")
    for scenario in library():
        number, _, shows = scenario.title.partition(". ")
        file = f"[{scenario.scenario}](library/{scenario.scenario}.yaml)"
        yield f"| {number} | {file} | {shows} | {'; '.join(_end(scenario.expect))} |"


def _end(expect: Expectations) -> Iterator[str]:
    """What a file expects, in short: what people hold, how things end, what is refused and noted."""
    if expect.balances:
        yield _pairs(expect.balances) + " SU"
    if expect.drl:
        yield _pairs(expect.drl) + " DRL"
    for place in ("quarantine", "locked"):
        held = getattr(expect, place)
        if held is not None:
            yield f"{place} {_figure(held)} SU"
    states = {**expect.credits, **expect.draws, **expect.bills, **expect.obligations}
    if states:
        yield ", ".join(f"{name} {state.name}" for name, state in states.items())
    for flow, end in expect.flows.items():
        yield f"of {flow}: " + ", ".join(
            f"{state.name} {tally}"
            for section in type(end).model_fields
            for state, tally in getattr(end, section).items()
        )
    if expect.rejections:
        yield "refused: " + ", ".join(dict.fromkeys(r.reason.name for r in expect.rejections))
    if expect.alerts:
        yield "noted: " + ", ".join(dict.fromkeys(alert.kind.value for alert in expect.alerts))


def _pairs(amounts: Mapping[str, Amount]) -> str:
    return ", ".join(f"{name} {_figure(amount)}" for name, amount in amounts.items())


def _figure(amount: Amount) -> str:
    """An amount without its unit, and without decimals where they are zero."""
    return str(amount).partition(" ")[0].removesuffix(".00")


TABLES: Mapping[str, Callable[[], Iterator[str]]] = {
    table.__name__: table for table in (sections, keys, actions, expectations, profiles, scenarios)
}


def renewed(text: str) -> str:
    """The guide with its tables as they should be."""
    for name, table in TABLES.items():
        start, end = f"<!-- {name}: scripts/scenario_tables.py -->", f"<!-- end of {name} -->"
        text = between(text, start, end, "\n".join(table()))
    return text


def guide() -> Written:
    """The guide, renewed."""
    text = renewed(README.read_text(encoding="utf-8"))
    return Written(README, text, f"{README.name}: {len(TABLES)} tables are as they should be")


if __name__ == "__main__":
    write_or_check("scenario_tables", "Write the tables of the guide to scenarios.", guide)
