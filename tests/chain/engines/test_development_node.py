"""What a node has to be for a run, and what is said of one that is not."""

import re

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.engines.anvil import Anvil, anvil
from settlement.chain.engines.backends import open_backend
from settlement.chain.engines.json_rpc import Node
from settlement.chain.port import CHAIN_ID
from settlement.domain.errors import UserError
from settlement.domain.participants import Office
from tests.chain.engines.nodes import meddler, on_anvil
from tests.chain.engines.test_conformance import COUNTER, GENESIS, creation, word

pytestmark = on_anvil

ERROR = {"error": {"code": -32601, "message": "Method not found"}}
SUPERVISOR = address_of(Office.SUPERVISOR.value)
SUPERVISOR_IN_HEX = "0x" + SUPERVISOR.hex()


def refusal(endpoint: str, genesis: int = GENESIS, *, attach: bool = False) -> str:
    """The one line with which the node is refused."""
    with pytest.raises(UserError) as refused:
        open_backend(endpoint, genesis, [], attach=attach)
    text = str(refused.value)
    assert text.startswith(f"--evm {endpoint}: ")
    assert "\n" not in text
    return text


@pytest.mark.parametrize("chain_id", [31337, 1337, CHAIN_ID])
def test_chains_for_development_will_do(node: Anvil, chain_id: int) -> None:
    with meddler(node.url) as between:
        between.answers["eth_chainId"] = hex(chain_id)
        assert open_backend(between.url, GENESIS, []).timestamp == GENESIS + 1


def test_another_chain_is_refused() -> None:
    with anvil(genesis_time=1, chain_id=1) as node:
        assert (
            f"its chain 1 is none for development; expected one of 31337, 1337, {CHAIN_ID};"
            " start a node with such an id"
        ) in refusal(node.url)
        assert Node(node.url).ask(("eth_getBalance", [SUPERVISOR_IN_HEX, "latest"])) == ["0x0"]


def test_a_node_that_funds_nobody_is_refused(node: Anvil) -> None:
    with meddler(node.url) as between:
        between.answers = {"anvil_setBalance": ERROR, "hardhat_setBalance": ERROR}
        assert "it knows neither anvil_setBalance nor hardhat_setBalance; expected" in refusal(between.url)


def test_the_one_way_to_fund_is_as_good_as_the_other(node: Anvil) -> None:
    with meddler(node.url) as between:
        between.answers = {"anvil_setBalance": ERROR}
        open_backend(between.url, GENESIS, [])
    (balance,) = Node(node.url).ask(("eth_getBalance", [SUPERVISOR_IN_HEX, "latest"]))
    assert int(balance, 16) > 0


def test_a_node_that_is_no_development_node_is_refused(node: Anvil) -> None:
    with meddler(node.url) as between:
        between.answers["eth_getBlockByNumber"] = ERROR
        assert "Method not found; expected a development node that answers there" in refusal(between.url)


def test_a_later_clock_is_refused_with_the_remedy(node: Anvil) -> None:
    Node(node.url).ask(("evm_mine", [GENESIS]))
    assert open_backend(node.url, GENESIS, []).timestamp == GENESIS + 1
    text = refusal(node.url, GENESIS - 1)
    assert re.search(r"its clock is at 2027-02-28T00:00:00Z already; expected no later than", text)
    assert text.endswith(f"start a fresh node with anvil --timestamp {GENESIS - 1}")


def test_what_stands_there_already_is_refused_unless_attached_to(node: Anvil) -> None:
    first = open_backend(node.url, GENESIS, ["alice"])
    counter = first.deploy(SUPERVISOR, creation(COUNTER)).contract
    assert counter is not None
    first.send(SUPERVISOR, counter, b"")
    assert "it holds a deployment of ours already; expected a fresh node; start one" in refusal(
        node.url, GENESIS + 9
    )
    second = open_backend(node.url, GENESIS + 9, ["alice"], attach=True)
    receipt = second.deploy(SUPERVISOR, creation(COUNTER))
    # From the present nonces, and counted from where it began.
    assert receipt.contract not in (None, counter)
    assert (receipt.block, receipt.timestamp) == (1, GENESIS + 10)
    assert second.send(SUPERVISOR, receipt.contract or b"", b"").output == word(1)
    assert second.call(SUPERVISOR, counter, b"").output == word(2)


def test_code_in_the_place_of_the_first_contract_is_a_deployment_too(node: Anvil) -> None:
    open_backend(node.url, GENESIS, []).deploy(SUPERVISOR, creation(COUNTER))
    Node(node.url).ask(("anvil_setNonce", [SUPERVISOR_IN_HEX, "0x0"]))
    assert "it holds a deployment of ours already" in refusal(node.url, GENESIS + 9)


def test_other_peoples_contracts_do_not_matter(node: Anvil) -> None:
    open_backend(node.url, GENESIS, ["alice"]).deploy(address_of("alice"), creation(COUNTER))
    receipt = open_backend(node.url, GENESIS + 9, []).deploy(SUPERVISOR, creation(COUNTER))
    assert (receipt.block, receipt.timestamp) == (1, GENESIS + 10)


@pytest.mark.parametrize(
    ("info", "exact"), [({"hardFork": "Prague"}, True), ({"hardFork": "Osaka"}, False), (ERROR, False)]
)
def test_gas_is_exact_where_the_node_says_so(node: Anvil, info: object, exact: bool) -> None:
    with meddler(node.url) as between:
        between.answers["anvil_nodeInfo"] = info
        assert open_backend(between.url, GENESIS, []).gas_is_exact == exact
