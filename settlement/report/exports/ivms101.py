"""Travel-rule records of a run's trades in the shape of IVMS101.2023, one JSON file a trade.

All of it is fictional: names and codes are those of the scenario. Each file holds the very bytes that were
hashed. ``index.json`` gives the salt that goes before them, the Keccak-256 of both, and what the chain holds.
"""

import json
import re
from pathlib import Path

from settlement.domain.accounts import participant_of
from settlement.domain.travel import Person, Side, canonical, record_hash, travel_record, travel_salt
from settlement.report.stored import StoredRun

#: The originator leaves the record; the hash that counts is the last one.
_TRADES = """
WITH recorded AS (
    SELECT (data->>'trade') AS trade, arg_max(actor, seq) AS originator,
           arg_max((data->>'travel_record'), seq) AS on_chain
    FROM events WHERE kind = 'TravelRecorded' GROUP BY (data->>'trade')
)
SELECT trade, originator, (data->>'entity'), (data->>'counterparty'), on_chain
FROM events JOIN recorded ON trade = (data->>'trade') WHERE kind = 'TradeRegistered' ORDER BY seq
"""

#: Participants as they were registered, which is how the records know them.
_REGISTERED = """
SELECT (data->>'participant'), (data->>'wallet'), (data->>'jurisdiction'),
       coalesce(nullif((data->>'sponsor'), ''), nullif((data->>'intermediary'), ''))
FROM events WHERE kind = 'ParticipantRegistered'
"""


def write(run: StoredRun, folder: Path, _form: str) -> str:
    """The record of each trade that has one, and an index of their hashes."""
    sides = _sides(run)
    index = []
    for number, (trade, account, entity, other, on_chain) in enumerate(run.store.query(_TRADES), 1):
        payer = participant_of(account)
        record = travel_record(sides[payer], sides[other if payer == entity else entity])
        salt = travel_salt(run.summary["seed"], trade)
        own = record_hash(record, salt).hex()
        name = (
            f"{number:04d}-{re.sub(r'[^A-Za-z0-9_-]', '-', trade)}.json"  # a number, for two may look alike
        )
        (folder / name).write_bytes(canonical(record))
        index.append({
            "trade": trade, "file": name, "salt": salt.hex(), "keccak256": own, "onChain": on_chain,
            "agrees": own == on_chain,
        })  # fmt: skip
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    differing = sum(not entry["agrees"] for entry in index)
    said = f", of which {differing} not as hashed on the chain (see index.json)" if differing else ""
    return f"{len(index)} {'record' if len(index) == 1 else 'records'}{said}"


def _sides(run: StoredRun) -> dict[str, Side]:
    """Each participant as a side of a trade."""
    names = {participant.id: participant.name for participant in run.scenario.participants}
    rows = run.store.query(_REGISTERED)
    persons = {name: Person(name, names.get(name, name), place) for name, _, place, _ in rows}
    return {name: Side(persons[name], wallet, persons.get(provider)) for name, wallet, _, provider in rows}
