"""Twin of ``SettlementToken.sol``: the settlement unit, SU. Amounts are minor units."""

from typing import Any, ClassVar

from settlement.chain.accounts import account_of
from settlement.chain.chain import Origin, Twin, to_bytes32
from settlement.chain.port import ZERO_ADDRESS
from settlement.domain.events import Event, FrozenSet, ModuleRegistered, Moved
from settlement.domain.participants import Flow
from settlement.domain.reasons import Reason

#: Parts of an ECDSA signature: v, r, s.
Signature = tuple[int, bytes, bytes]

#: The typed data of ERC-2612.
_PERMIT = [
    {"name": "owner", "type": "address"},
    {"name": "spender", "type": "address"},
    {"name": "value", "type": "uint256"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint256"},
]


class SettlementToken(Twin):
    """An ERC-20 whose every movement is a typed flow that the Rulebook passed."""

    contract = "SettlementToken"
    #: Each of them doubles an event of ours in the same transaction, or moves no value.
    ignored: ClassVar[frozenset[str]] = frozenset({"Transfer", "Approval", "Frozen", "ForcedTransfer"})

    def register_module(self, actor: str, module: Twin) -> tuple[Event, ...]:
        """Let a contract hold value for its participants (supervisor)."""
        return self._send(actor, "registerModule", module.address, subject=module.contract)

    def issue(self, actor: str, to: str, amount: int, ref: str) -> tuple[Event, ...]:
        """Issue SU against a single-use reference (ramp)."""
        return self._send(actor, "issue", self.chain.introduce(to), amount, to_bytes32(ref), subject=to)

    def redeem(self, actor: str, holder: str, amount: int, ref: str) -> tuple[Event, ...]:
        """Redeem SU that the holder approved the ramp for (ramp)."""
        wallet = self.chain.introduce(holder)
        return self._send(actor, "redeem", wallet, amount, to_bytes32(ref), subject=holder)

    def transfer(self, actor: str, to: str, amount: int) -> tuple[Event, ...]:
        """Pay SU directly, without a credit."""
        return self._send(actor, "transfer", self.chain.introduce(to), amount, flow="DIRECT", subject=to)

    def transfer_from(self, actor: str, holder: str, to: str, amount: int) -> tuple[Event, ...]:
        """Pay the holder's SU directly, out of the actor's allowance."""
        wallets = self.chain.introduce(holder), self.chain.introduce(to)
        return self._send(actor, "transferFrom", *wallets, amount, flow="DIRECT", subject=to)

    def approve(self, actor: str, spender: str | Twin, amount: int) -> None:
        """Allow ``spender``, an account or a contract, to move up to ``amount``."""
        address = spender.address if isinstance(spender, Twin) else self.chain.introduce(spender)
        self._send(actor, "approve", address, amount)

    def forced_transfer(self, actor: str, source: str, to: str, amount: int) -> tuple[Event, ...]:
        """Seize SU, frozen or not (supervisor)."""
        wallets = self.chain.introduce(source), self.chain.introduce(to)
        return self._send(actor, "forcedTransfer", *wallets, amount, flow="SEIZE", subject=source)

    def set_frozen_tokens(self, actor: str, account: str, amount: int) -> tuple[Event, ...]:
        """Freeze ``amount`` of an account; it may exceed the balance (supervisor)."""
        wallet = self.chain.introduce(account)
        return self._send(actor, "setFrozenTokens", wallet, amount, flow="FREEZE", subject=account)

    def sign_permit(self, owner: str, spender: Twin, amount: int, deadline: int) -> Signature:
        """The owner's ERC-2612 signature for its current nonce."""
        _, name, version, chain_id, contract, *_ = self._view("eip712Domain")
        wallet = self.chain.introduce(owner)
        signed = account_of(owner).sign_typed_data(
            {"name": name, "version": version, "chainId": chain_id, "verifyingContract": contract},
            {"Permit": _PERMIT},
            {
                "owner": wallet,
                "spender": spender.address,
                "value": amount,
                "nonce": self._view("nonces", wallet),
                "deadline": deadline,
            },
        )
        return signed.v, signed.r.to_bytes(32), signed.s.to_bytes(32)

    def balance_of(self, account: str | Twin) -> int:
        """Balance of an account or a contract."""
        address = account.address if isinstance(account, Twin) else self.chain.introduce(account)
        return int(self._view("balanceOf", address))

    def total_supply(self) -> int:
        """SU in circulation."""
        return int(self._view("totalSupply"))

    def frozen_of(self, account: str) -> int:
        """Frozen amount of an account."""
        return int(self._view("getFrozenTokens", self.chain.introduce(account)))

    def allowance(self, owner: str, spender: str | Twin) -> int:
        """What the spender may still move."""
        address = spender.address if isinstance(spender, Twin) else self.chain.introduce(spender)
        return int(self._view("allowance", self.chain.introduce(owner), address))

    def check_flow(
        self, flow: Flow, payer: str | None, payee: str | None, source: str | Twin, amount: int
    ) -> Reason:
        """Whether a movement would pass now; ``source`` is the account the value would leave."""
        address = source.address if isinstance(source, Twin) else self.chain.introduce(source)
        wallets = [self.chain.introduce(party) if party else ZERO_ADDRESS for party in (payer, payee)]
        return Reason(self._view("checkFlow", flow, *wallets, address, amount))

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
                )
            case "FrozenBy":
                account = self.chain.name_of(fields["account"])
                return FrozenSet(**origin, participant=account, amount=fields["amount"])
            case "ModuleRegistered":
                return ModuleRegistered(**origin, module=self.chain.name_of(fields["module"]))
        return super()._event(name, fields, origin)
