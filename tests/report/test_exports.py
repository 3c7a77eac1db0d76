"""Exports: exact, complete, and accepted by the tools that they are for."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from beancount import loader
from beancount.core.data import Balance, Transaction
from eth_utils.crypto import keccak

from settlement.domain.errors import InvariantBroken, UserError
from settlement.report.exports import FORMATS, export_run
from settlement.report.exports.beancount import Accounts, number
from settlement.report.exports.message import prove, xml_of
from settlement.report.measures import StoredRun
from settlement.report.stored import open_run
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, shipped_text
from tests.commands import Command
from tests.report.synthetic import THOUSAND
from tests.world import EVM


def amounts(folder: Path, pattern: str, tag: str) -> list[Decimal]:
    """Every amount of some messages, in whole SU."""
    roots = (ElementTree.parse(path).getroot() for path in sorted(folder.glob(pattern)))
    return [
        Decimal(element.text or "") for root in roots for element in root.iter() if element.tag.endswith(tag)
    ]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_tables_are_exact(everything: StoredRun, tmp_path: Path, form: str) -> None:
    export_run(everything, form, tmp_path / "out")
    for name in ("postings", "closes", "payments", "baseline", "measures"):
        (mine,) = everything.store.query(f"SELECT count(*) FROM {name}")
        assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/out/{name}.{form}'").fetchall() == [mine]
    sql = f"SELECT account, unit, sum(amount)::VARCHAR FROM '{tmp_path}/out/postings.{form}' GROUP BY ALL"
    written = {(account, unit): int(amount) for account, unit, amount in duckdb.sql(sql).fetchall()}
    sql = "SELECT account, unit, sum(amount)::VARCHAR FROM postings GROUP BY ALL"
    assert written == {(account, unit): int(amount) for account, unit, amount in everything.store.query(sql)}


def test_a_journal_that_beancount_accepts(everything: StoredRun, tmp_path: Path) -> None:
    export_run(everything, "beancount", tmp_path / "out")
    text = (tmp_path / "out" / "journal.beancount").read_text()
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    assert sum(isinstance(entry, Transaction) for entry in entries) == 19
    assert sum(isinstance(entry, Balance) for entry in entries) > 80
    wrong = text.replace("Assets:Wallet:X  20000.000000 SU", "Assets:Wallet:X  20000.000001 SU")
    assert wrong != text
    assert loader.load_string(wrong)[1] != []


def test_a_close_before_anything_moved_asserts_nothing(
    everything: StoredRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from settlement.report.exports import beancount

    early = "SELECT DATE '2027-02-01', 'issuance', 'SU', 0::BIGNUM UNION ALL SELECT * FROM"
    monkeypatch.setattr(beancount, "_CLOSES", f"{early} ({beancount._CLOSES.strip()})")
    export_run(everything, "beancount", tmp_path / "out")
    text = (tmp_path / "out" / "journal.beancount").read_text()
    assert loader.load_string(text)[1] == []
    assert "2027-02" not in text


def test_accounts_stay_apart_whatever_they_are_called() -> None:
    names = Accounts()
    written = [names.of(f"wallet:{name}") for name in ("B", "b", "X-b", "b key 2", "b-key-2", "Größe")]
    assert len(set(written)) == len(written)
    assert loader.load_string("\n".join(f"2027-01-01 open {name}" for name in written))[1] == []


@pytest.mark.parametrize(("minor", "unit", "text"), [(-1, "SU", "-0.000001"), (150, "DRL", "1.50")])
def test_amounts_are_written_exactly(minor: int, unit: str, text: str) -> None:
    assert number(minor, unit) == text


def test_messages_carry_every_movement(everything: StoredRun, tmp_path: Path) -> None:
    told = export_run(everything, "iso20022", tmp_path)
    assert told == "7 messages"
    # What was issued, mined and netted among institutions; what customers paid each other.
    assert sum(amounts(tmp_path, "pacs.009-*", "IntrBkSttlmAmt")) == 1_400_000 + 114_000 + 80_000
    assert sum(amounts(tmp_path, "pacs.008-*", "IntrBkSttlmAmt")) == 500_000
    # A was issued 1,014, paid 30 net, 200 under its credit, and 5.
    assert sum(amounts(tmp_path, "camt.054-A.xml", "}Amt")) == 1_014_000 + 30_000 + 200_000 + 5_000
    text = (tmp_path / "pacs.008-2027-03-06.xml").read_text()
    for fact in ('Ccy="XTS">200000.00<', "<Nm>Aurora Imports</Nm>", "<Id>I</Id>", "<EndToEndId>C1<"):
        assert fact in text


def test_what_the_quarantine_holds_is_paid_once_it_is_claimed(tmp_path: Path) -> None:
    """Blocked as a listed party, who turns out to be none: the payout moves twice and is one payment."""
    cleared = "actions:\n  - {do: screen, at: 2027-03-29 10:00, participant: S, result: clear}\n"
    text = shipped_text("hit-blocked").partition("expect:")[0] + cleared
    run_scenario(parse_scenario(text, "cleared"), text, tmp_path / "run", backend=EVM)
    with open_run(tmp_path / "run") as run:
        export_run(run, "iso20022", tmp_path / "out")
    assert amounts(tmp_path / "out", "pacs.008-2027-03-30.xml", "IntrBkSttlmAmt") == [Decimal(1_000_000)]
    assert amounts(tmp_path / "out", "pacs.008-*", "IntrBkSttlmAmt") == [Decimal(1_000_000)]


def test_messages_of_the_baseline_name_the_bank(bilateral: StoredRun, tmp_path: Path) -> None:
    export_run(bilateral, "iso20022", tmp_path)
    (path,) = tmp_path.glob("pacs.008-*")
    assert "<Nm>sponsoring bank</Nm>" in path.read_text()
    assert amounts(tmp_path, "pacs.008-*", "IntrBkSttlmAmt") == [Decimal(1_000_000)]


def test_what_a_message_cannot_carry_is_left_out_and_said(
    everything: StoredRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from settlement.report.exports import iso20022

    finer = iso20022._MOVEMENTS.replace("amount, ref", "amount + 1::BIGNUM AS amount, ref")
    monkeypatch.setattr(iso20022, "_MOVEMENTS", finer)
    told = export_run(everything, "iso20022", tmp_path)
    assert "amounts left out" in told
    assert "need 6 decimals" in (tmp_path / "left-out.txt").read_text()
    assert list(tmp_path.glob("pacs.*")) == []


@pytest.mark.parametrize(
    ("value", "currency", "fault"),
    [
        (Decimal("1.123456"), "XTS", "fraction_digits"),
        (Decimal(10) ** 18, "XTS", "total_digits"),
        (Decimal(1), "SU", "pattern"),
        (None, "XTS", "required"),
    ],
)
def test_a_message_is_held_to_its_schema(value: Decimal | None, currency: str, fault: str) -> None:
    from pyiso20022.pacs.pacs_008_001_08 import ActiveCurrencyAndAmount

    with pytest.raises(InvariantBroken, match=fault):
        prove(ActiveCurrencyAndAmount(value=value, ccy=currency))


def test_messages_are_written_as_the_library_writes_them(everything: StoredRun, tmp_path: Path) -> None:
    from pyiso20022.camt import camt_054_001_08
    from pyiso20022.pacs import pacs_008_001_08, pacs_009_001_08
    from xsdata.formats.dataclass.parsers import XmlParser
    from xsdata.formats.dataclass.serializers import XmlSerializer
    from xsdata.formats.dataclass.serializers.config import SerializerConfig

    modules = {"camt.054": camt_054_001_08, "pacs.008": pacs_008_001_08, "pacs.009": pacs_009_001_08}
    export_run(everything, "iso20022", tmp_path)
    paths = sorted(tmp_path.glob("*.xml"))
    assert {path.name[:8] for path in paths} == set(modules)
    for path in paths:
        text = path.read_text(encoding="utf-8").replace("Xenon", '&lt;Xenon &amp; &quot;sons"&gt;')
        kind = modules[path.name[:8]].Document
        document = XmlParser().from_string(text, kind)
        config = SerializerConfig(indent="  ")
        own = XmlSerializer(config=config).render(document, ns_map={None: kind.Meta.namespace})
        assert xml_of(document) == own


def test_travel_rule_records_have_the_shape_of_ivms101(everything: StoredRun, tmp_path: Path) -> None:
    export_run(everything, "ivms101", tmp_path)
    record = json.loads((tmp_path / "0001-C1.json").read_text())
    (payer,) = record["originator"]["originatorPersons"]
    assert payer["legalPerson"]["name"]["nameIdentifier"] == [
        {"legalPersonName": "Aurora Imports", "legalPersonNameIdentifierType": "LEGL"}
    ]
    assert record["beneficiary"]["accountNumber"] == ["X"]
    assert record["beneficiaryVASP"]["beneficiaryVASP"]["legalPerson"]["customerIdentification"] == "I"
    assert record["payloadMetadata"] == {"payloadVersion": "101.2023"}


def test_the_chain_holds_the_hash_of_the_very_record(bilateral: StoredRun, tmp_path: Path) -> None:
    assert export_run(bilateral, "ivms101", tmp_path) == "1 record"
    (entry,) = json.loads((tmp_path / "index.json").read_text())
    hashed = keccak(bytes.fromhex(entry["salt"]) + (tmp_path / entry["file"]).read_bytes()).hex()
    (left,) = bilateral.steps("TravelRecorded")
    assert (left.data["trade"], left.data["travel_record"]) == ("C1", hashed)
    assert (entry["keccak256"], entry["onChain"], entry["agrees"]) == (hashed, hashed, True)


def test_the_payer_is_the_originator_wherever_it_is(tmp_path: Path) -> None:
    text = shipped_text("netting-day").replace("end: 2027-03-31", "end: 2027-03-11")
    run_scenario(parse_scenario(text, "netting-day"), text, tmp_path / "run", seed=2, backend=EVM)
    with open_run(tmp_path / "run") as run:
        assert export_run(run, "ivms101", tmp_path / "out") == "4 records"
    record = json.loads((tmp_path / "out" / "0002-O2.json").read_text())
    assert [record[side]["accountNumber"] for side in ("originator", "beneficiary")] == [["X"], ["C"]]
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    assert [entry["agrees"] for entry in index] == [True] * 4


def test_a_record_that_is_not_what_was_hashed_is_told(everything: StoredRun, tmp_path: Path) -> None:
    told = export_run(everything, "ivms101", tmp_path)
    assert told == "2 records, of which 1 not as hashed on the chain (see index.json)"
    index = json.loads((tmp_path / "index.json").read_text())
    assert [entry["agrees"] for entry in index] == [True, False]


def test_a_missing_library_is_a_mistake_with_a_remedy(
    everything: StoredRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyiso20022.pacs.pacs_008_001_08", None)
    with pytest.raises(UserError, match=r"pip install 'settlement\[export\]'"):
        export_run(everything, "iso20022", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_exports(settlement: Command, everything_folder: Path, form: str) -> None:
    answer = settlement("export", everything_folder, "--format", form, "--out", "out")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("out: ")
    assert any(Path("out").iterdir())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("RUN", "--format", "xml", "--out", "out"), "no format 'xml'; expected one of parquet, csv"),
        (("RUN", "--format", "csv", "--out", "taken"), "taken: exists already"),
        (("nowhere", "--format", "csv", "--out", "out"), "nowhere: not a complete run folder"),
        (("RUN", "--out", "out"), "--format is missing; expected --format parquet|csv|"),
        (("RUN", "--format", "csv"), "--out is missing; expected --out"),
    ],
)
def test_users_mistakes_are_exit_2_and_leave_nothing(
    settlement: Command, everything_folder: Path, words: tuple[str, ...], message: str
) -> None:
    Path("taken").mkdir()
    Path("taken/file").write_text("mine")
    answer = settlement("export", *(everything_folder if word == "RUN" else word for word in words))
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert sorted(path.name for path in Path().rglob("*")) == ["file", "taken"]


def test_thousands_are_what_the_script_says() -> None:
    assert THOUSAND == 10**9
