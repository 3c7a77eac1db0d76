"""Travel-rule records of a run's trades in the shape of IVMS101.2023, one JSON file a trade.

All of it is fictional: names and codes are those of the scenario. The payer of a trade is the originator, the
payee the beneficiary; the authorised entity's bank and the intermediary abroad stand in for the providers.

What the parties left on the chain is, so far, the SHA-256 of the text ``<trade>/travel-rule record``, not
of this record: ``index.json`` gives both hashes and says whether they agree.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from settlement.report.stored import StoredRun

_TRADES = """
WITH registered AS (
    SELECT seq, (data->>'trade') AS trade, (data->>'entity') AS entity,
           (data->>'counterparty') AS counterparty
    FROM events WHERE kind = 'TradeRegistered'
), recorded AS (
    SELECT (data->>'trade') AS trade, arg_max((data->>'travel_record'), seq) AS on_chain
    FROM events WHERE kind = 'TravelRecorded' GROUP BY (data->>'trade')
)
SELECT trade, coalesce(t.payer, r.entity), coalesce(t.payee, r.counterparty), on_chain
FROM registered r LEFT JOIN trades t USING (trade) LEFT JOIN recorded USING (trade) ORDER BY r.seq
"""


def write(run: StoredRun, folder: Path, _form: str) -> str:
    """One record for each registered trade, and an index of their hashes."""
    people = Records(run)
    index = []
    for number, (trade, payer, payee, on_chain) in enumerate(run.store.query(_TRADES), 1):
        record = people.record(payer, payee)
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        name = (
            f"{number:04d}-{re.sub(r'[^A-Za-z0-9_-]', '-', trade)}.json"  # a number, for two may look alike
        )
        (folder / name).write_text(text, encoding="utf-8")
        own = hashlib.sha256(canonical(record)).hexdigest()
        index.append({
            "trade": trade, "file": name, "sha256": own, "onChain": on_chain, "agrees": own == on_chain,
        })  # fmt: skip
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    return f"{len(index)} records"


def canonical(record: dict[str, Any]) -> bytes:
    """A record as the bytes that are hashed: keys in order, no blanks, UTF-8."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Records:
    """Builds records from the participants of a run."""

    def __init__(self, run: StoredRun) -> None:
        self._names = {p.id: p.name for p in run.scenario.participants}
        rows = run.store.query("SELECT participant, jurisdiction, sponsor, intermediary FROM parties")
        self._parties = {
            name: (jurisdiction, sponsor or agent) for name, jurisdiction, sponsor, agent in rows
        }
        self._wallets: dict[str, list[str]] = {}
        for wallet, participant in run.store.query("SELECT wallet, participant FROM wallets ORDER BY wallet"):
            self._wallets.setdefault(participant, []).append(wallet)

    def record(self, payer: str, payee: str) -> dict[str, Any]:
        """The record of payments from ``payer`` to ``payee``."""
        record: dict[str, Any] = {
            "originator": {"originatorPersons": [self._person(payer)], "accountNumber": self._wallets[payer]},
            "beneficiary": {
                "beneficiaryPersons": [self._person(payee)],
                "accountNumber": self._wallets[payee],
            },
        }
        for role, party in (("originatingVASP", payer), ("beneficiaryVASP", payee)):
            if agent := self._parties[party][1]:
                record[role] = {role: self._person(agent)}
        return {**record, "payloadMetadata": {"payloadVersion": "101.2023"}}

    def _person(self, participant: str) -> dict[str, Any]:
        name = {"legalPersonName": self._names.get(participant, participant)[:100],
                "legalPersonNameIdentifierType": "LEGL"}  # fmt: skip
        return {
            "legalPerson": {
                "name": {"nameIdentifier": [name]},
                "customerIdentification": participant[:50],
                "countryOfRegistration": self._parties[participant][0],
            }
        }
