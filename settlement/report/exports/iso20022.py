"""Movements of SU as ISO 20022 messages, built from the classes of pyiso20022 and read back by xsdata.

pacs.009 carries what institutions move among themselves (ramp, desk, intake, net legs of clearing), pacs.008
what one customer pays another (draws, bills, awards, direct payments), one message for each day; camt.054
notifies each participant of every entry on its wallets. Refunds and what a credit locks are notified only.
What goes into quarantine pays nobody: it is carried once it is claimed.

pyiso20022 ships no XSD, but its classes carry the restrictions of the schemas: every message is held to
them and read back. Neither SU nor the parties exist, so the currency is XTS, the code that ISO 4217 keeps
for tests, and identifiers are those of the scenario. The schemas allow 5 decimals and SU has 6: what does
not fit is not rounded but left out, and named in ``left-out.txt``.
"""

import re
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from uuid import UUID

from settlement.domain.errors import InvariantBroken
from settlement.report.dataset import require
from settlement.report.exports.message import prove, xml_of
from settlement.report.stored import StoredRun

_CURRENCY = "XTS"
_BETWEEN_INSTITUTIONS = {"ISSUE", "REDEEM", "CONVERT", "INTAKE", "NET_LEG"}

_MOVEMENTS = """
SELECT seq, sim_time, flow, payer, payee, source, destination, amount, ref, trade FROM movements
WHERE flow IN ('ISSUE', 'REDEEM', 'CONVERT', 'INTAKE', 'NET_LEG', 'PAY', 'AWARD', 'DIRECT')
  AND destination NOT IN ('Collections', 'Quarantine') ORDER BY seq
"""

_ENTRIES = """
SELECT w.participant, w.wallet, e.entry, e.sim_time, e.flow, e.ref, p.amount
FROM postings p JOIN entries e USING (entry) JOIN wallets w ON p.account = 'wallet:' || w.wallet
WHERE p.unit = 'SU' ORDER BY w.participant, e.entry
"""


class _Movement(NamedTuple):
    seq: int
    sim_time: int
    flow: str
    payer: str
    payee: str
    source: str
    destination: str
    amount: str
    ref: str
    trade: str


class Writer:
    """Builds messages of one run from the library's modules, and writes them once they are proved."""

    def __init__(self, run: StoredRun, folder: Path) -> None:
        self._run, self._folder = run, folder
        self.pacs008 = require("pyiso20022.pacs.pacs_008_001_08", "export")
        self.pacs009 = require("pyiso20022.pacs.pacs_009_001_08", "export")
        self.camt054 = require("pyiso20022.camt.camt_054_001_08", "export")
        # One parser for all messages: it keeps what it learns of their classes.
        self._parser = require("xsdata.formats.dataclass.parsers", "export").XmlParser()
        self._names = {p.id: p.name for p in run.scenario.participants}
        agents = run.store.query("SELECT participant, intermediary, sponsor FROM parties")
        self._agents = {name: intermediary or sponsor for name, intermediary, sponsor in agents}
        self.left_out: list[str] = []
        self.written = 0

    def transfers(self, day: date, kind: str, movements: list[_Movement]) -> None:
        """One pacs message with the transfers of a day."""
        module = self.pacs009 if kind == "pacs.009" else self.pacs008
        build = self._between_institutions if kind == "pacs.009" else self._between_customers
        transactions = [build(module, m) for m in movements]
        header = module.GroupHeader93(
            msg_id=self._id(kind, day.isoformat()),
            cre_dt_tm=_moment(movements[-1].sim_time),
            nb_of_txs=str(len(transactions)),
            sttlm_inf=module.SettlementInstruction7(
                sttlm_mtd=module.SettlementMethod1Code.CLRG,
                clr_sys=module.ClearingSystemIdentification3Choice(prtry="SETTLEMENT REGIME"),
            ),
        )
        if kind == "pacs.009":
            body = module.FinancialInstitutionCreditTransferV08(grp_hdr=header, cdt_trf_tx_inf=transactions)
            document = module.Document(ficdt_trf=body)
        else:
            body = module.FitoFicustomerCreditTransferV08(grp_hdr=header, cdt_trf_tx_inf=transactions)
            document = module.Document(fito_ficstmr_cdt_trf=body)
        self._write(f"{kind}-{day}.xml", document)

    def notification(self, participant: str, entries: list[tuple[Any, ...]]) -> None:
        """One camt.054 with every entry on the wallets of a participant."""
        module = self.camt054
        account = module.AccountIdentification4Choice(
            othr=module.GenericAccountIdentification1(id=_short(participant))
        )
        notice = module.AccountNotification17(
            id=self._id("camt.054", participant),
            acct=module.CashAccount39(id=account, ccy=_CURRENCY, nm=self._name(participant)[:70]),
            ntry=[self._entry(*entry) for entry in entries],
        )
        header = module.GroupHeader81(
            msg_id=self._id("camt.054", participant), cre_dt_tm=_moment(entries[-1][2])
        )
        body = module.BankToCustomerDebitCreditNotificationV08(grp_hdr=header, ntfctn=[notice])
        name = re.sub(r"[^A-Za-z0-9_-]", "-", participant)
        self._write(f"camt.054-{name}.xml", module.Document(bk_to_cstmr_dbt_cdt_ntfctn=body))

    def _entry(self, wallet: str, entry: int, at: int, flow: str, ref: str, amount: str) -> Any:
        module, minor = self.camt054, int(amount)
        side = module.CreditDebitCode.CRDT if minor > 0 else module.CreditDebitCode.DBIT
        code = module.ProprietaryBankTransactionCodeStructure1(cd=flow, issr="SETTLEMENT REGIME")
        return module.ReportEntry10(
            ntry_ref=str(entry),
            amt=module.ActiveOrHistoricCurrencyAndAmount(value=_whole(abs(minor)), ccy=_CURRENCY),
            cdt_dbt_ind=side,
            sts=module.EntryStatus1Choice(cd="BOOK"),
            bookg_dt=module.DateAndDateTime2Choice(dt_tm=_moment(at)),
            acct_svcr_ref=_short(ref) if ref else None,
            bk_tx_cd=module.BankTransactionCodeStructure4(prtry=code),
            addtl_ntry_inf=f"wallet {wallet}",
        )

    def _between_institutions(self, module: ModuleType, m: _Movement) -> Any:
        return module.CreditTransferTransaction36(
            **self._common(module, m),
            dbtr=self._institution(module, m.source),
            cdtr=self._institution(module, m.destination),
            rmt_inf=module.RemittanceInformation2(ustrd=[_remittance(m)]),
        )

    def _between_customers(self, module: ModuleType, m: _Movement) -> Any:
        return module.CreditTransferTransaction39(
            **self._common(module, m),
            chrg_br=module.ChargeBearerType1Code.SLEV,
            dbtr=self._party(module, m.payer),
            dbtr_agt=self._agent(module, m.payer),
            cdtr_agt=self._agent(module, m.payee),
            cdtr=self._party(module, m.payee),
            rmt_inf=module.RemittanceInformation16(ustrd=[_remittance(m)]),
        )

    def _common(self, module: ModuleType, m: _Movement) -> dict[str, Any]:
        digest = sha256(f"{self._run.summary['run_hash']}/{m.seq}".encode()).digest()[:16]
        return {
            "pmt_id": module.PaymentIdentification7(
                end_to_end_id=_short(m.ref or m.trade or "NOTPROVIDED"),
                tx_id=self._id("tx", str(m.seq)),
                uetr=str(UUID(bytes=digest, version=4)),
            ),
            "intr_bk_sttlm_amt": module.ActiveCurrencyAndAmount(value=_whole(int(m.amount)), ccy=_CURRENCY),
            "intr_bk_sttlm_dt": _xml("XmlDate").from_date(datetime.fromtimestamp(m.sim_time, UTC)),
        }

    def _institution(self, module: ModuleType, name: str) -> Any:
        shown = "Ramp" if name == "issuance" else name
        return module.BranchAndFinancialInstitutionIdentification6(
            fin_instn_id=module.FinancialInstitutionIdentification18(
                nm=self._name(shown)[:140], othr=module.GenericFinancialIdentification1(id=_short(shown))
            )
        )

    def _agent(self, module: ModuleType, participant: str) -> Any:
        return self._institution(module, self._agents.get(participant) or "NOTPROVIDED")

    def _party(self, module: ModuleType, participant: str) -> Any:
        other = module.GenericOrganisationIdentification1(id=_short(participant))
        return module.PartyIdentification135(
            nm=self._name(participant)[:140],
            id=module.Party38Choice(org_id=module.OrganisationIdentification29(othr=[other])),
        )

    def _name(self, participant: str) -> str:
        return self._names.get(participant, participant)

    def _id(self, kind: str, what: str) -> str:
        return _short(f"{self._run.summary['run_hash'][:8]}-{kind}-{what}")

    def _write(self, name: str, document: Any) -> None:
        prove(document)
        text = xml_of(document)
        if self._parser.from_string(text, type(document)) != document:
            raise InvariantBroken(f"{name} does not read back as it was written")
        (self._folder / name).write_text(text, encoding="utf-8")
        self.written += 1


def write(run: StoredRun, folder: Path, _form: str) -> str:
    """Messages by day and by participant, each held to its schema's restrictions and read back."""
    writer = Writer(run, folder)
    days: defaultdict[tuple[str, date], list[_Movement]] = defaultdict(list)
    for movement in (_Movement(*row) for row in run.store.query(_MOVEMENTS)):
        if int(movement.amount) % 10:
            writer.left_out.append(f"movement {movement.seq}: {movement.amount} minor units need 6 decimals")
            continue
        kind = "pacs.009" if movement.flow in _BETWEEN_INSTITUTIONS else "pacs.008"
        days[kind, datetime.fromtimestamp(movement.sim_time, UTC).date()].append(movement)
    for (kind, day), movements in days.items():
        writer.transfers(day, kind, movements)
    notices: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for participant, *entry in run.store.query(_ENTRIES):
        if int(entry[-1]) % 10:
            writer.left_out.append(
                f"entry {entry[1]} of {participant}: {entry[-1]} minor units need 6 decimals"
            )
            continue
        notices[participant].append(tuple(entry))
    for participant, entries in notices.items():
        writer.notification(participant, entries)
    if writer.left_out:
        (folder / "left-out.txt").write_text("\n".join(writer.left_out) + "\n", encoding="utf-8")
    rest = f", {len(writer.left_out)} amounts left out (left-out.txt says why)" if writer.left_out else ""
    return f"{writer.written} messages{rest}"


def _remittance(m: _Movement) -> str:
    return f"{m.flow} {m.trade}".strip()[:140]


def _whole(minor: int) -> Decimal:
    """Minor units as whole SU with the decimals that they have, two at least, five at most."""
    whole, rest = divmod(minor, 10**6)
    return Decimal(f"{whole}.{f'{rest:06d}'.rstrip('0').ljust(2, '0')}")


def _short(text: str) -> str:
    """An identifier of at most 35 characters: a longer one is replaced by its hash."""
    return text if len(text) <= 35 else sha256(text.encode()).hexdigest()[:35]


def _xml(name: str) -> Any:
    return getattr(require("xsdata.models.datatype", "export"), name)


def _moment(at: int) -> Any:
    return _xml("XmlDateTime").from_datetime(datetime.fromtimestamp(at, UTC))
