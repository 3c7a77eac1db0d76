"""py-evm's state machine under Prague rules, over our accounts and our way to run code."""

from eth._utils.address import generate_contract_address
from eth.abc import ComputationAPI, MessageAPI, SignedTransactionAPI, StateAPI, TransactionContextAPI
from eth.constants import BLANK_ROOT_HASH, CREATE_CONTRACT_ADDRESS
from eth.typing import JournalDBCheckpoint
from eth.vm.computation import NO_RESULT
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.prague.state import PragueState, PragueTransactionExecutor
from eth.vm.message import Message
from eth_typing import Address, Hash32

from settlement.chain.engines.py_evm_accounts import Contents, FlatAccounts
from settlement.chain.engines.py_evm_code import run


class Executor(PragueTransactionExecutor):
    """Executes transactions of our own making, whose nonce and fees need no look, and whose fees are nil."""

    def validate_transaction(self, transaction: SignedTransactionAPI) -> None:
        """Nothing to see."""

    def build_evm_message(self, transaction: SignedTransactionAPI) -> Message:
        """The message of a transaction that pays nothing and delegates nothing."""
        state = self.vm_state
        gas = transaction.gas - transaction.intrinsic_gas
        sender, to, data = transaction.sender, transaction.to, transaction.data
        nonce = state.get_nonce(sender)
        state.increment_nonce(sender)
        if to != CREATE_CONTRACT_ADDRESS:
            return Message(gas=gas, to=to, sender=sender, value=0, data=data, code=state.get_code(to))
        created = generate_contract_address(sender, nonce)
        return Message(gas=gas, to=to, sender=sender, value=0, data=b"", code=data, create_address=created)


class Computation(PragueComputation):
    """Prague's computation, which runs code as ``py_evm_code`` does."""

    @classmethod
    def apply_computation(
        cls,
        state: StateAPI,
        message: MessageAPI,
        transaction_context: TransactionContextAPI,
        parent_computation: ComputationAPI | None = None,
    ) -> ComputationAPI:
        """As py-evm does, but for the loop over instructions."""
        with cls(state, message, transaction_context) as computation:
            if computation.is_origin_computation:
                computation.contracts_created = []
                if message.is_create:
                    cls.consume_initcode_gas_cost(computation)
            if parent_computation is not None:
                computation.contracts_created = parent_computation.contracts_created
            if message.is_create:
                computation.contracts_created.append(message.storage_address)
            precompile = computation.precompiles.get(message.code_address, NO_RESULT)
            if precompile is NO_RESULT:
                run(computation)
            elif not message.is_delegation:
                precompile(computation)
        return computation


class State(PragueState):
    """Prague rules over ``FlatAccounts``, which also undoes transient storage."""

    computation_class = Computation
    account_db_class = FlatAccounts
    transaction_executor_class = Executor
    _account_db: FlatAccounts

    def snapshot(self) -> tuple[Hash32, JournalDBCheckpoint]:
        """Where we are in the transaction."""
        return BLANK_ROOT_HASH, self._account_db.record()

    def revert(self, snapshot: tuple[Hash32, JournalDBCheckpoint]) -> None:
        """Undo what came after."""
        self._account_db.discard(snapshot[1])

    def commit(self, snapshot: tuple[Hash32, JournalDBCheckpoint]) -> None:
        """Keep what came after."""

    def load(self, address: Address, slot: int) -> tuple[int, bool]:
        """What a slot holds, and whether this transaction had not accessed it before."""
        return self._account_db.load(address, slot)

    def get_transient_storage(self, address: Address, slot: int) -> bytes:
        """What a transient slot holds."""
        return self._account_db.get_transient(address, slot)

    def set_transient_storage(self, address: Address, slot: int, value: bytes) -> None:
        """Write a transient slot."""
        self._account_db.set_transient(address, slot, value)

    def clear_transient_storage(self) -> None:
        """Nothing: ``lock_changes`` does it."""

    @property
    def contents(self) -> Contents:
        """All there is between two transactions; not to be changed."""
        return self._account_db.contents

    def replace(self, contents: Contents) -> None:
        """Put other contents in the place of what there is."""
        self._account_db.contents = contents
