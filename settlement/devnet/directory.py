"""What is on the node: contracts, offices, participants and trades with their addresses, and how to begin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from string import Template

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from settlement.chain.accounts import KEY_TEXT, address_of, written
from settlement.chain.deployment import Deployment
from settlement.domain.amounts import UINT128_MAX
from settlement.domain.events import TradeRegistered
from settlement.domain.participants import Office
from settlement.report.narrative import day, su
from settlement.report.tables import plain_table
from settlement.scenario import Scenario

#: What development tools take a chain on loopback for.
CHAIN_ID = 31337
#: Longest table that anybody reads on a terminal.
_MOST_ROWS = 60

#: Works as it stands where the package is installed; its lines fit a narrow terminal.
_SNIPPET = Template("""\
from web3 import Web3
from web3.exceptions import ContractCustomError
from web3.middleware import SignAndSendRawMiddlewareBuilder

from settlement.chain.abi import load_artifact
from settlement.chain.accounts import account_of
from settlement.chain.reverts import revert_of
from settlement.domain.amounts import Amount
from settlement.domain.events import CONTRACTS

web3 = Web3(Web3.HTTPProvider("$url"))
escrow = "$escrow"
token = web3.eth.contract(
    "$token",
    abi=load_artifact("SettlementToken").abi,
)
payer, payee = account_of("$payer"), account_of("$payee")
signing = SignAndSendRawMiddlewareBuilder.build(payer)
web3.middleware_onion.inject(signing, layer=0)
balance = token.functions.balanceOf(payer.address).call()
print("$payer holds", Amount(balance))

approve = token.functions.approve(escrow, 10**6)
sent = approve.transact({"from": payer.address})
receipt = web3.eth.wait_for_transaction_receipt(sent)
(approval,) = token.events.Approval().process_receipt(receipt)
allowed = Amount(approval.args.value)
print(f"block {receipt.blockNumber}: {approval.args.spender} may move {allowed}")

# What is refused can be asked first; more than there is always is.
target = payee.address, balance + 10**6
ask = token.functions.detectTransferRestriction(payer.address, *target)
told = token.functions.messageForTransferRestriction(ask.call()).call()
print("to $payee directly:", told)

# Else web3.py has the bytes of an error of one of the contracts.
errors = {}
for contract in CONTRACTS:
    errors |= load_artifact(contract).errors
try:
    token.functions.transfer(*target).transact({"from": payer.address})
except ContractCustomError as refused:
    data = bytes.fromhex(refused.data[2:])
    print(f"{refused.data[:10]}… is", revert_of("transfer", errors, data, None))
""")


@dataclass(frozen=True, slots=True)
class Devnet:
    """A node with the regime of a scenario on it, and the trades that are registered there."""

    scenario: Scenario
    system: Deployment
    trades: Sequence[TradeRegistered]

    @property
    def url(self) -> str:
        """Where the node listens, which is the name of such a backend."""
        return self.system.chain.backend.name


def show_directory(console: Console, devnet: Devnet) -> None:
    """Print what is on the node, and where."""
    system = devnet.system
    sections: list[tuple[str, RenderableType]] = [
        ("Contracts", _contracts(system)),
        ("Offices", _wallets("Office", (office.value for office in Office))),
        ("Participants", _participants(devnet)),
        ("Trades", _trades(devnet)),
    ]
    console.print(Text(devnet.scenario.title, style="bold"))
    console.print(_facts(devnet))
    for title, body in sections:
        console.print()
        console.print(Text(title, style="bold cyan"))
        console.print(Padding(body, (0, 0, 0, 1)))
    console.print()
    name = _parties(devnet)[0]
    console.print(
        f"All of them have ETH for gas. Keys are public: that of {name} is the Keccak-256 hash of"
        f' "{KEY_TEXT.format(name)}", in Python settlement.chain.accounts.account_of("{name}").key.'
    )
    console.print()


def show_snippet(console: Console, devnet: Devnet) -> None:
    """Print a program for web3.py that asks and acts."""
    payer, payee = _parties(devnet)
    addresses = devnet.system.addresses()
    code = _SNIPPET.substitute(
        url=devnet.url,
        token=written(addresses["SettlementToken"]),
        escrow=written(addresses["TradeEscrow"]),
        payer=payer,
        payee=payee,
    )
    console.print(Text("To paste into Python", style="bold cyan"))
    console.print()
    # Neither broken nor filled up with blanks, so that what is copied is the program.
    console.print(Syntax(code, "python", background_color="default").highlight(code), soft_wrap=True)


def moment(at: int) -> str:
    """An instant as people write it: ``Mon 1 Mar 2027 00:00:03 UTC``."""
    return f"{day(at)} {datetime.fromtimestamp(at, UTC):%H:%M:%S} UTC"


def _facts(devnet: Devnet) -> RenderableType:
    backend, regime = devnet.system.chain.backend, devnet.system.regime
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_row("RPC URL", Text(devnet.url, style="bold"))
    facts.add_row("chain id", str(CHAIN_ID))
    facts.add_row("next block", moment(backend.timestamp))
    facts.add_row("regime", f"{devnet.scenario.scenario}: {regime.stage().name}, phase {regime.phase()}")
    return facts


def _contracts(system: Deployment) -> RenderableType:
    table = plain_table("Contract", "Address")
    for name, address in system.addresses().items():
        table.add_row(name, written(address))
    return table


def _wallets(what: str, names: Iterable[str]) -> RenderableType:
    table = plain_table(what, "Wallet")
    for name in names:
        table.add_row(name, written(address_of(name)))
    return table


def _participants(devnet: Devnet) -> RenderableType:
    table = plain_table("", "Wallet", ">SU", "Name")
    table.columns[1].no_wrap = True
    participants = devnet.scenario.participants
    for participant in participants[:_MOST_ROWS]:
        balance = su(devnet.system.token.balance_of(participant.id)).removesuffix(" SU")
        name = f"{participant.name}, {participant.jurisdiction}"
        table.add_row(participant.id, written(address_of(participant.id)), balance, name)
    _rest(table, len(participants))
    return table


def _trades(devnet: Devnet) -> RenderableType:
    table = plain_table("Trade", "Entity", "Counterparty", ">SU")
    for trade in islice(devnet.trades, _MOST_ROWS):
        value = "any" if trade.value == UINT128_MAX else su(trade.value).removesuffix(" SU")
        table.add_row(trade.trade, trade.entity, trade.counterparty, value)
    _rest(table, len(devnet.trades))
    return table


def _rest(table: Table, count: int) -> None:
    """A last row for what is not shown."""
    if count > _MOST_ROWS:
        table.add_row("…", f"and {count - _MOST_ROWS:,} more", style="dim")


def _parties(devnet: Devnet) -> tuple[str, str]:
    """Two participants to begin with: those of the first trade, where there is one."""
    for trade in devnet.trades:
        return trade.entity, trade.counterparty
    participants = devnet.scenario.participants
    return participants[0].id, participants[-1].id
