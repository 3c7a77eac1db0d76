"""Write the tables in ``settlement/scenario/README.md`` from the models, the profiles and the library.

``--check`` writes nothing and fails where a table is not what it would be.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import get_args

from scripts.tables import ROOT, Written, between, write_or_check
from settlement.domain.amounts import Amount
from settlement.scenario import Action, Expectations, Scenario, library, profile_data, shipped_profiles

README = ROOT / "settlement" / "scenario" / "README.md"


def sections() -> Iterator[str]:
    """What each section of a file is for."""
    yield from ("| section | what it says |", "|---|---|")
    for name, field in Scenario.model_fields.items():
        needed = " Needed." if field.is_required() else ""
        yield f"| `{name}` | {field.description}{needed} |"


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
    for name, field in Expectations.model_fields.items():
        yield f"| `{name}` | {(field.description or '').replace('<', '&lt;')} |"


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
    table.__name__: table for table in (sections, actions, expectations, profiles, scenarios)
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
