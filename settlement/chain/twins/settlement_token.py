"""Twin of ``SettlementToken.sol``: the settlement unit, SU. Amounts are minor units."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from eth_utils.crypto import keccak

from settlement.chain.accounts import sign_digest
from settlement.chain.chain import Origin, Twin, from_bytes, name_of, to_bytes32
from settlement.chain.codec import codec_of
from settlement.chain.port import ZERO_ADDRESS
from settlement.chain.twins.dual_control import DualControl
from settlement.domain.events import Earmarked, Event, FrozenSet, ModuleRegistered, Moved, QuarantineSet
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason

#: Parts of an ECDSA signature: v, r, s.
Signature = tuple[int, bytes, bytes]

#: The typed data of ERC-2612, as EIP-712 hashes it: what the type is, and the words of a value.
_PERMIT = keccak(text="Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)")
_PERMIT_WORDS = codec_of(("bytes32", "address", "address", "uint256", "uint256", "uint256"))


class SettlementToken(DualControl):
    """An ERC-20 whose every movement is a typed flow that the Rulebook passed.

    Supply moves through ``Ramp``; what modules move, they move through their own contracts.
    """

    contract = "SettlementToken"
    #: Each of them doubles an event of ours in the same transaction, or moves no value.
    ignored: ClassVar[frozenset[str]] = frozenset({"Transfer", "Approval", "Frozen", "ForcedTransfer"})

    def register_module(self, actor: str, module: str | Twin, flows: Iterable[Flow]) -> tuple[Event, ...]:
        """Let a contract hold value for its participants and move it as ``flows`` (supervisor, in DRAFT)."""
        arguments = self.chain.address_of(module), _bits(flows)
        return self._send(
            actor, "registerModule", *arguments, flow="REGISTER_MODULE", subject=name_of(module)
        )

    def appoint_module(
        self, first: str, second: str, module: str | Twin, flows: Iterable[Flow]
    ) -> tuple[Event, ...]:
        """The same once the programme is approved (two people: a reviewer proposes, the supervisor acts)."""
        arguments = self.chain.address_of(module), _bits(flows)
        return self._together(
            first, second, "registerModule", *arguments, flow="REGISTER_MODULE", subject=name_of(module)
        )

    def set_quarantine(self, actor: str, quarantine: Twin) -> tuple[Event, ...]:
        """Name the quarantine, once (supervisor)."""
        return self._send(
            actor, "setQuarantine", quarantine.address, flow="SET_QUARANTINE", subject=quarantine.contract
        )

    def transfer(self, actor: str, to: str, amount: int) -> tuple[Event, ...]:
        """Pay SU directly, under the trade that the payer designated."""
        return self._send(actor, "transfer", self.chain.introduce(to), amount, flow="DIRECT", subject=to)

    def transfer_from(self, actor: str, holder: str, to: str, amount: int) -> tuple[Event, ...]:
        """Pay the holder's SU directly, out of the actor's allowance."""
        wallets = self.chain.introduce(holder), self.chain.introduce(to)
        return self._send(actor, "transferFrom", *wallets, amount, flow="DIRECT", subject=to)

    def approve(self, actor: str, spender: str | Twin, amount: int) -> None:
        """Allow ``spender``, an account or a contract, to move up to ``amount``."""
        self._send(actor, "approve", self.chain.address_of(spender), amount)

    def forced_transfer(
        self, first: str, second: str, source: str, to: str, amount: int
    ) -> tuple[Event, ...]:
        """Seize SU, frozen or not (two people: a reviewer proposes, the supervisor acts)."""
        wallets = self.chain.introduce(source), self.chain.introduce(to)
        return self._together(first, second, "forcedTransfer", *wallets, amount, flow="SEIZE", subject=source)

    def set_frozen_tokens(self, actor: str, account: str, amount: int) -> tuple[Event, ...]:
        """Freeze ``amount`` in all, more than so far; it may exceed the balance (supervisor)."""
        wallet = self.chain.introduce(account)
        return self._send(actor, "setFrozenTokens", wallet, amount, flow="FREEZE", subject=account)

    def release_frozen_tokens(self, first: str, second: str, account: str, amount: int) -> tuple[Event, ...]:
        """Leave only ``amount`` frozen (two people: a reviewer proposes, the supervisor acts)."""
        wallet = self.chain.introduce(account)
        return self._together(
            first, second, "setFrozenTokens", wallet, amount, flow="FREEZE", subject=account
        )

    def recover(self, actor: str, source: str, to: str, trades: Iterable[str] = ()) -> tuple[Event, ...]:
        """Move everything of a lost wallet to another one of its participant (supervisor).

        ``trades`` are all that something of it is earmarked for.
        """
        wallets = self.chain.introduce(source), self.chain.introduce(to)
        numbers = list(map(to_bytes32, trades))
        return self._send(actor, "recover", *wallets, numbers, flow="RECOVERY", subject=source)

    def release_earmark(self, actor: str, account: str, trade: str) -> tuple[Event, ...]:
        """Free what an account holds for a trade that has ended (anybody)."""
        wallet = self.chain.introduce(account)
        return self._send(
            actor, "releaseEarmark", wallet, to_bytes32(trade), flow="RELEASE_EARMARK", subject=account
        )

    def sign_permit(self, owner: str, spender: str | Twin, amount: int, deadline: int) -> Signature:
        """The owner's ERC-2612 signature for its current nonce."""
        wallet, other = self.chain.introduce(owner), self.chain.address_of(spender)
        nonce = self._view("nonces", wallet)
        permit = keccak(_PERMIT_WORDS.encode((_PERMIT, wallet, other, amount, nonce, deadline)))
        signature = sign_digest(owner, keccak(b"\x19\x01" + self._domain + permit))
        return 27 + signature[64], signature[:32], signature[32:64]

    @cached_property
    def _domain(self) -> bytes:
        """What keeps a signature from serving another contract or chain (EIP-712)."""
        return bytes(self._view("DOMAIN_SEPARATOR"))

    def balance_of(self, account: str | Twin) -> int:
        """Balance of an account or a contract."""
        return int(self._view("balanceOf", self.chain.address_of(account)))

    def total_supply(self) -> int:
        """SU in circulation."""
        return int(self._view("totalSupply"))

    def frozen_of(self, account: str) -> int:
        """Frozen amount of an account."""
        return int(self._view("getFrozenTokens", self.chain.introduce(account)))

    def earmark_of(self, account: str, trade: str) -> tuple[int, int]:
        """What an account holds for ``trade`` only, and in all for single trades."""
        for_trade, in_all = self._view("earmarkOf", self.chain.introduce(account), to_bytes32(trade))
        return for_trade, in_all

    def module_flows(self, account: str | Twin) -> tuple[Flow, ...]:
        """Which flows an account may move as a module; none when it is no module."""
        return _flows(self._view("moduleFlows", self.chain.address_of(account)))

    def allowance(self, owner: str, spender: str | Twin) -> int:
        """What the spender may still move."""
        return int(self._view("allowance", self.chain.introduce(owner), self.chain.address_of(spender)))

    def check_flow(
        self,
        flow: Flow,
        payer: str | Twin | None,
        payee: str | Twin | None,
        source: str | Twin | None,
        destination: str | Twin | None,
        amount: int,
        trade: str = "",
    ) -> Reason:
        """Whether a movement would pass now (a payout: reach its payee).

        ``payer`` and ``payee`` are the ultimate parties, ``source`` and ``destination`` the accounts
        the value would leave and enter; None stands for issuance.
        """
        accounts = [
            ZERO_ADDRESS if account is None else self.chain.address_of(account)
            for account in (payer, payee, source, destination)
        ]
        return Reason(self._view("checkFlow", flow, *accounts, amount, to_bytes32(trade)))

    def detect_transfer_restriction(self, source: str, to: str, amount: int) -> Reason:
        """ERC-1404: why ``transfer`` would be refused; OK if and only if it would succeed."""
        wallets = self.chain.introduce(source), self.chain.introduce(to)
        return Reason(self._view("detectTransferRestriction", *wallets, amount))

    def detect_transfer_restriction_from(self, spender: str, source: str, to: str, amount: int) -> Reason:
        """The same for ``transfer_from`` by ``spender``."""
        wallets = [self.chain.introduce(account) for account in (spender, source, to)]
        return Reason(self._view("detectTransferRestrictionFrom", *wallets, amount))

    def message_for_transfer_restriction(self, reason: Reason) -> str:
        """ERC-1404: the sentence behind a code."""
        return str(self._view("messageForTransferRestriction", reason))

    def supports_interface(self, interface_id: bytes) -> bool:
        """ERC-165."""
        return bool(self._view("supportsInterface", interface_id))

    def can_send(self, account: str) -> bool:
        """ERC-7943: whether the account may send at all."""
        return bool(self._view("canSend", self.chain.introduce(account)))

    def can_receive(self, account: str) -> bool:
        """ERC-7943: whether the account may receive at all."""
        return bool(self._view("canReceive", self.chain.introduce(account)))

    def can_transfer(self, source: str, to: str, amount: int) -> bool:
        """ERC-7943: whether a transfer would pass now."""
        return bool(self._view("canTransfer", self.chain.introduce(source), self.chain.introduce(to), amount))

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        match name:
            case "Moved":
                named = self.chain.name_of
                return Moved(
                    **origin,
                    flow=Flow(fields["flow"]),
                    payer=named(fields["payer"]),
                    payee=named(fields["payee"]),
                    source=named(fields["from"]),
                    destination=named(fields["to"]),
                    amount=fields["amount"],
                    ref=self.chain.ref_of(fields["ref"]),
                    trade=from_bytes(fields["trade"]),
                )
            case "FrozenBy":
                account = self.chain.name_of(fields["account"])
                return FrozenSet(**origin, participant=account, amount=fields["amount"])
            case "Earmarked":
                return Earmarked(
                    **origin,
                    account=self.chain.name_of(fields["account"]),
                    trade=from_bytes(fields["trade"]),
                    amount=fields["amount"],
                )
            case "ModuleRegistered":
                module = self.chain.name_of(fields["module"])
                return ModuleRegistered(**origin, module=module, flows=_flows(fields["flows"]))
            case "QuarantineSet":
                return QuarantineSet(**origin, quarantine=self.chain.name_of(fields["quarantine"]))
        return super()._event(name, fields, origin)


def _bits(flows: Iterable[Flow]) -> int:
    """A set of flows as the contract holds it."""
    return sum(1 << flow for flow in set(flows))


def _flows(bits: int) -> tuple[Flow, ...]:
    """The flows of a set of bits."""
    return tuple(flow for flow in Flow if bits >> flow & 1)
