"""What every backend must do: one suite, inherited once for each backend.

It speaks bytes: the contracts here are a few opcodes each, so that nothing but the port is tested.
"""

from importlib.util import find_spec

import pytest
from eth._utils.address import generate_contract_address
from eth_typing import Address as EvmAddress

from settlement.chain.accounts import address_of
from settlement.chain.engines.anvil import Anvil
from settlement.chain.engines.backends import open_backend
from settlement.chain.port import Address, Backend, CallResult, Log
from settlement.domain.errors import BackendError
from tests.chain.engines.nodes import on_anvil

GENESIS = 1_803_772_800
ALICE, BOB = address_of("alice"), address_of("bob")

#: Runtime code by what it does, as hexadecimal opcodes.
TIMESTAMP = "425f5260205ff3"  # return block.timestamp
CALLER = "335f5260205ff3"  # return msg.sender
COUNTER = "5f54600101805f555f52602a60205fa160205ff3"  # ++slot 0; log1(new, topic 42); return new
REFUSER = "63deadbeef5f526004601cfd"  # revert with 0xdeadbeef
LOOP = "5b610fff5fa05f56"  # burn all gas by logging 4 KB again and again
TRANSIENT = "5f5c5f5260015f5d60205ff3"  # return transient slot 0, then set it to 1
ECHO = "365f5f37365ff3"  # return the calldata


def creation(runtime: str) -> bytes:
    """Creation code that deploys ``runtime`` (hexadecimal, less than 256 bytes)."""
    code = bytes.fromhex(runtime)
    return bytes([0x60, len(code), 0x80, 0x60, 9, 0x5F, 0x39, 0x5F, 0xF3]) + code


def word(value: int) -> bytes:
    """A 32-byte word."""
    return value.to_bytes(32)


class BackendConformance:
    """Inherit and name the backend."""

    name: str
    #: Whether returning to a snapshot gives up those taken after it.
    snapshots_nest = False

    def open(self, genesis: int) -> Backend:
        """A fresh chain for Alice and Bob, from ``genesis`` on."""
        return open_backend(self.name, genesis, ["alice", "bob"])

    @pytest.fixture
    def backend(self) -> Backend:
        """One from an ordinary time on."""
        return self.open(GENESIS)

    def deployed(self, backend: Backend, runtime: str) -> Address:
        """Deploy and return the address."""
        contract = backend.deploy(ALICE, creation(runtime)).contract
        assert contract is not None
        return contract

    def test_deploys_code_that_then_runs(self, backend: Backend) -> None:
        receipt = backend.deploy(ALICE, creation(ECHO))
        assert receipt.succeeded
        assert receipt.contract is not None
        assert len(receipt.contract) == 20
        assert receipt.gas_used > 53_000
        assert backend.call(BOB, receipt.contract, b"hello") == CallResult(True, b"hello")

    def test_failed_deployment_carries_its_revert_data(self, backend: Backend) -> None:
        receipt = backend.deploy(ALICE, bytes.fromhex(REFUSER))
        assert not receipt.succeeded
        assert receipt.output == bytes.fromhex("deadbeef")

    def test_send_returns_output_logs_and_gas(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        receipt = backend.send(BOB, counter, b"")
        assert receipt.succeeded
        assert receipt.output == word(1)
        assert receipt.logs == (Log(counter, (word(42),), word(1)),)
        # 21,000 for the transaction, 22,100 for the fresh slot, and change.
        assert 43_100 < receipt.gas_used < 46_000

    def test_state_carries_over_between_transactions(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        outputs = [backend.send(sender, counter, b"").output for sender in (ALICE, BOB, ALICE)]
        assert outputs == [word(1), word(2), word(3)]

    def test_every_transaction_has_a_block_and_a_second_of_its_own(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        receipts = [backend.send(ALICE, counter, b"") for _ in range(3)]
        first = receipts[0]
        assert [r.block for r in receipts] == [first.block, first.block + 1, first.block + 2]
        assert [r.timestamp for r in receipts] == [first.timestamp + n for n in range(3)]

    def test_revert_is_an_answer_with_data(self, backend: Backend) -> None:
        refuser = self.deployed(backend, REFUSER)
        receipt = backend.send(ALICE, refuser, b"")
        assert (receipt.succeeded, receipt.output, receipt.logs) == (False, bytes.fromhex("deadbeef"), ())
        assert receipt.gas_used > 21_000
        assert backend.call(ALICE, refuser, b"") == CallResult(False, bytes.fromhex("deadbeef"))

    def test_life_goes_on_after_a_revert(self, backend: Backend) -> None:
        refuser, counter = self.deployed(backend, REFUSER), self.deployed(backend, COUNTER)
        backend.send(ALICE, refuser, b"")
        assert backend.send(ALICE, counter, b"").output == word(1)

    def test_out_of_gas_is_a_revert_without_data(self, backend: Backend) -> None:
        loop = self.deployed(backend, LOOP)
        receipt = backend.send(ALICE, loop, b"")
        assert (receipt.succeeded, receipt.output) == (False, b"")
        assert backend.call(ALICE, loop, b"") == CallResult(False, b"")

    def test_call_changes_nothing(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        assert backend.call(ALICE, counter, b"").output == word(1)
        assert backend.call(ALICE, counter, b"").output == word(1)
        assert backend.send(ALICE, counter, b"").output == word(1)

    def test_sender_is_who_sends(self, backend: Backend) -> None:
        caller = self.deployed(backend, CALLER)
        assert backend.send(BOB, caller, b"").output == bytes(12) + BOB
        assert backend.call(ALICE, caller, b"").output == bytes(12) + ALICE

    def test_unknown_sender_is_a_broken_backend(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        with pytest.raises(BackendError, match="no account"):
            backend.send(address_of("mallory"), counter, b"")

    def test_time_is_what_was_asked_for(self, backend: Backend) -> None:
        clock = self.deployed(backend, TIMESTAMP)
        later = GENESIS + 1_000_000
        backend.advance_to(later)
        assert backend.timestamp == later
        assert backend.call(ALICE, clock, b"").output == word(later)
        receipt = backend.send(ALICE, clock, b"")
        assert (receipt.output, receipt.timestamp) == (word(later), later)
        assert backend.timestamp == later + 1
        assert backend.call(ALICE, clock, b"").output == word(later + 1)

    def test_time_never_runs_back(self, backend: Backend) -> None:
        backend.advance_to(GENESIS + 100)
        backend.advance_to(GENESIS + 100)
        with pytest.raises(BackendError, match="time cannot run back"):
            backend.advance_to(GENESIS + 99)

    @pytest.mark.parametrize("genesis", [1_000_000_000, 4_000_000_000], ids=["2001", "2096"])
    def test_wall_clock_never_shows(self, genesis: int) -> None:
        backend = self.open(genesis)
        clock = self.deployed(backend, TIMESTAMP)
        assert [backend.send(ALICE, clock, b"").timestamp - genesis for _ in range(3)] == [2, 3, 4]

    def test_snapshot_brings_back_state_time_and_nonces(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        backend.advance_to(GENESIS + 500)
        snapshot = backend.snapshot()
        first = backend.send(ALICE, counter, b"")
        backend.advance_to(GENESIS + 9_000)
        backend.send(BOB, counter, b"")
        for _ in range(2):
            backend.revert(snapshot)
            assert backend.timestamp == GENESIS + 500
            assert backend.call(BOB, counter, b"").output == word(1)
            assert backend.send(ALICE, counter, b"") == first

    def test_older_snapshot_outlives_a_newer_one(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        older = backend.snapshot()
        backend.send(ALICE, counter, b"")
        newer = backend.snapshot()
        backend.send(ALICE, counter, b"")
        backend.revert(newer)
        assert backend.call(ALICE, counter, b"").output == word(2)
        backend.revert(older)
        assert backend.call(ALICE, counter, b"").output == word(1)

    def test_newer_snapshot_after_a_return_to_an_older_one(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        older = backend.snapshot()
        backend.send(ALICE, counter, b"")
        newer = backend.snapshot()
        backend.revert(older)
        backend.snapshot()
        if self.snapshots_nest:
            with pytest.raises(BackendError, match=f"gave snapshot {newer} up"):
                backend.revert(newer)
        else:
            backend.revert(newer)
            assert backend.call(ALICE, counter, b"").output == word(2)

    def test_snapshots_can_be_returned_to_in_turn(self, backend: Backend) -> None:
        if self.snapshots_nest:
            pytest.skip("the older one would end the newer one")
        counter = self.deployed(backend, COUNTER)
        older = backend.snapshot()
        backend.send(ALICE, counter, b"")
        newer = backend.snapshot()
        # What a turn leaves must not add up: with twice as much in each, this would never end.
        for _ in range(50):
            for snapshot, count in ((older, 1), (newer, 2)):
                backend.revert(snapshot)
                assert backend.send(BOB, counter, b"").output == word(count)

    def test_a_failed_transaction_counts_for_the_address_of_the_next_contract(self, backend: Backend) -> None:
        backend.deploy(ALICE, bytes.fromhex(REFUSER))
        backend.send(ALICE, BOB, b"")
        created = generate_contract_address(EvmAddress(ALICE), 2)
        assert backend.deploy(ALICE, creation(ECHO)).contract == created
        assert backend.deploy(ALICE, bytes.fromhex(REFUSER)).contract is None

    @pytest.mark.parametrize("size", [49_153, 2_000_000], ids=["more code than allowed", "more than gas for"])
    def test_what_no_block_takes_is_a_broken_backend_and_changes_nothing(
        self, backend: Backend, size: int
    ) -> None:
        before = backend.timestamp
        with pytest.raises(BackendError, match="takes no such transaction"):
            backend.deploy(ALICE, b"\1" * size)
        assert backend.timestamp == before
        receipt = backend.deploy(ALICE, creation(ECHO))
        assert (receipt.contract, receipt.block) == (generate_contract_address(EvmAddress(ALICE), 0), 1)

    def test_contract_has_the_code_that_its_creation_returned(self, backend: Backend) -> None:
        code = ECHO + "00" * 40
        assert backend.deploy(ALICE, creation(code)).output == bytes.fromhex(code)

    def test_transient_storage_starts_empty_in_every_transaction(self, backend: Backend) -> None:
        transient = self.deployed(backend, TRANSIENT)
        assert [backend.send(ALICE, transient, b"").output for _ in range(2)] == [word(0), word(0)]

    def test_storage_is_cold_again_in_every_transaction(self, backend: Backend) -> None:
        counter = self.deployed(backend, COUNTER)
        backend.send(ALICE, counter, b"")
        second, third = (backend.send(ALICE, counter, b"").gas_used for _ in range(2))
        # Overwriting a cold slot costs 2,100 and 2,900; one that was never let go, 100.
        assert second == third
        assert (second > 21_000 + 5_000) == backend.gas_is_exact


class TestPyEvm(BackendConformance):
    """The default backend."""

    name = "py-evm"


without_pyrevm = pytest.mark.skipif(find_spec("pyrevm") is None, reason="pyrevm has no wheel for this Python")


@without_pyrevm
class TestRevm(BackendConformance):
    """The fast backend."""

    name = "revm"

    def test_newest_rules_are_those_of_the_name_not_of_the_latest(self, backend: Backend) -> None:
        # Rules still in the making have contracts for BLS curves here, which refuse to work on nothing.
        assert backend.call(ALICE, bytes(19) + b"\x0b", b"") == CallResult(True, b"")


@without_pyrevm
class TestRevmFast(TestRevm):
    """The same, whose gas is an estimate."""

    name = "revm-fast"


class TestEthTester(BackendConformance):
    """The reference backend: a whole chain."""

    name = "eth-tester"


@on_anvil
class TestNode(BackendConformance):
    """A node in a process of its own, asked over HTTP."""

    snapshots_nest = True

    @pytest.fixture(autouse=True)
    def _at(self, node: Anvil) -> None:
        self.name = node.url


@on_anvil
class TestNodeBySocket(BackendConformance):
    """The same, asked through its Unix socket."""

    snapshots_nest = True

    @pytest.fixture(autouse=True)
    def _at(self, node: Anvil) -> None:
        self.name = str(node.ipc)
