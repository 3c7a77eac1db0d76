"""What a node has to be for a run: here, fresh, for development only, and willing to fund accounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eth_utils.crypto import keccak

from settlement.chain.accounts import address_of
from settlement.chain.engines.json_rpc import Block, Node, NodeError, batches, result, to_hex
from settlement.chain.port import CHAIN_ID, Address
from settlement.domain.errors import BackendError, UserError
from settlement.domain.participants import Office

#: Chain ids of development nodes: anvil's and Hardhat's, Ganache's, and what the other backends have.
DEVELOPMENT_CHAINS = (31337, 1337, CHAIN_ID)
#: What an account is given to pay for gas, in wei.
_PURSE = 10**24
#: Accounts asked about in one batch.
_CROWD = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run finds its node.

    Attributes:
        chain_id: what its transactions are signed for.
        head: its last block.
        gas_limit: gas that its blocks hold, as it writes it.
        rules: its hard fork in small letters; empty where it does not tell.
        automines: whether it mines what it is sent by itself; where it does not tell it is taken to.
        nonces: of the accounts.
    """

    chain_id: int
    head: Block
    gas_limit: str
    rules: str
    automines: bool
    nonces: dict[Address, int]


def admit(node: Node, genesis_time: int, accounts: Iterable[Address], *, attach: bool) -> Standing:
    """Look at a node for a run from ``genesis_time`` (epoch seconds) on, and fund ``accounts`` there.

    ``attach`` allows for a deployment of ours that it holds already.

    Raises:
        UserError: it does not answer, or is not what it has to be.
    """
    try:
        deployer = address_of(Office.SUPERVISOR.value)
        first_contract = keccak(b"\xd6\x94" + deployer + b"\x80")[12:]
        chain_id, block, nonce, code = map(
            result,
            node.ask(
                ("eth_chainId", []),
                ("eth_getBlockByNumber", ["latest", False]),
                ("eth_getTransactionCount", [to_hex(deployer), "latest"]),
                ("eth_getCode", [to_hex(first_contract), "latest"]),
            ),
        )
        _require_development(node, int(chain_id, 16))
        # Before any word of --attach, which does not set a clock back.
        _require_time(node, int(block["timestamp"], 16), genesis_time)
        if not attach and (int(nonce, 16) or code != "0x"):
            raise UserError(
                f"--evm {node.endpoint}: it holds a deployment of ours already; expected a fresh node;"
                " start one, or add --attach to deploy another beside it"
            )
        info, *automines = node.ask(
            ("anvil_nodeInfo", []), ("anvil_getAutomine", []), ("hardhat_getAutomine", [])
        )
        return Standing(
            chain_id=int(chain_id, 16),
            head=Block(int(block["number"], 16), block["hash"]),
            gas_limit=block["gasLimit"],
            rules=str(info.get("hardFork", "")).lower() if isinstance(info, Mapping) else "",
            automines=next((known for known in automines if isinstance(known, bool)), True),
            nonces=_fund(node, accounts),
        )
    except BackendError as error:
        raise UserError(
            f"--evm {node.endpoint}: {error}; expected a development node that answers there;"
            " start one, such as anvil, or choose another"
        ) from None


def _require_development(node: Node, chain_id: int) -> None:
    if chain_id not in DEVELOPMENT_CHAINS:
        choices = ", ".join(map(str, DEVELOPMENT_CHAINS))
        raise UserError(
            f"--evm {node.endpoint}: its chain {chain_id} is none for development; expected one of {choices};"
            " start a node with such an id"
        )


def _require_time(node: Node, clock: int, genesis_time: int) -> None:
    if clock > genesis_time:
        raise UserError(
            f"--evm {node.endpoint}: its clock is at {_utc(clock)} already; expected no later than"
            f" {_utc(genesis_time)}, when the run begins; start a fresh node with"
            f" anvil --timestamp {genesis_time}"
        )


def _fund(node: Node, accounts: Iterable[Address]) -> dict[Address, int]:
    """Give every account enough to pay for gas; returns their nonces."""
    nonces: dict[Address, int] = {}
    for crowd in batches(accounts, _CROWD):
        for method in ("anvil_setBalance", "hardhat_setBalance"):
            funded = node.ask(*((method, [to_hex(account), hex(_PURSE)]) for account in crowd))
            if not any(isinstance(answer, NodeError) for answer in funded):
                break
        else:
            raise UserError(
                f"--evm {node.endpoint}: it knows neither anvil_setBalance nor hardhat_setBalance; expected a"
                " node that funds accounts; start such a one, or choose another"
            )
        counts: list[Any] = node.ask(*(("eth_getTransactionCount", [to_hex(a), "latest"]) for a in crowd))
        nonces |= {account: int(result(n), 16) for account, n in zip(crowd, counts, strict=True)}
    return nonces


def _utc(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
