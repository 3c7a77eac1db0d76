"""Twin of ``DomesticCurrency.sol``: the domestic currency, DRL. Amounts are minor units (2 decimals)."""

from typing import Any, ClassVar

from settlement.chain.chain import Origin, Twin, to_bytes32
from settlement.chain.port import Address
from settlement.chain.twins.dual_control import DualControl
from settlement.domain.events import (
    CurrencyBurned,
    CurrencyMinted,
    CurrencyModuleRegistered,
    CurrencyMoved,
    CurrencyRecovered,
    Event,
)
from settlement.domain.reasons import Reason


class DomesticCurrency(DualControl):
    """An ERC-20 that residents and the contracts registered for it hold."""

    contract = "DomesticCurrency"
    #: The first doubles an event of ours in the same transaction, the second moves no value.
    ignored: ClassVar[frozenset[str]] = frozenset({"Transfer", "Approval"})

    def register_module(self, actor: str, module: Twin, registered: bool = True) -> tuple[Event, ...]:
        """Let a contract hold and move the currency, or end that (supervisor, in DRAFT)."""
        arguments = module.address, registered
        return self._send(
            actor, "registerModule", *arguments, flow="REGISTER_MODULE", subject=module.contract
        )

    def appoint_module(
        self, first: str, second: str, module: Twin, registered: bool = True
    ) -> tuple[Event, ...]:
        """The same once the programme is approved (two people: a reviewer proposes, the supervisor acts)."""
        arguments = module.address, registered
        return self._together(
            first, second, "registerModule", *arguments, flow="REGISTER_MODULE", subject=module.contract
        )

    def mint(self, actor: str, to: str | Twin, amount: int, ref: str) -> tuple[Event, ...]:
        """Bring currency into circulation, under a single-use reference (treasury)."""
        return self._send(
            actor, "mint", self._address(to), amount, to_bytes32(ref), flow="MINT", subject=_name(to)
        )

    def burn(self, actor: str, holder: str | Twin, amount: int, ref: str) -> tuple[Event, ...]:
        """Take currency out of circulation that the holder approved the actor for (treasury)."""
        return self._send(
            actor, "burn", self._address(holder), amount, to_bytes32(ref), flow="BURN", subject=_name(holder)
        )

    def recover(self, actor: str, source: str, to: str) -> tuple[Event, ...]:
        """Move everything of a lost wallet to another one of its participant (supervisor)."""
        wallets = self._address(source), self._address(to)
        return self._send(actor, "recover", *wallets, flow="RECOVERY", subject=to)

    def transfer(self, actor: str, to: str | Twin, amount: int) -> tuple[Event, ...]:
        """Pay."""
        return self._send(actor, "transfer", self._address(to), amount, flow="PAY_DRL", subject=_name(to))

    def transfer_from(self, actor: str, holder: str, to: str, amount: int) -> tuple[Event, ...]:
        """Pay out of the actor's allowance."""
        wallets = self._address(holder), self._address(to)
        return self._send(actor, "transferFrom", *wallets, amount, flow="PAY_DRL", subject=to)

    def approve(self, actor: str, spender: str | Twin, amount: int) -> None:
        """Allow ``spender``, an account or a contract, to move up to ``amount``."""
        self._send(actor, "approve", self._address(spender), amount)

    def check_holder(self, account: str | Twin) -> Reason:
        """Whether ``account`` may hold and move the currency now."""
        return Reason(self._view("checkHolder", self._address(account)))

    def detect_transfer_restriction(self, source: str, to: str, amount: int) -> Reason:
        """ERC-1404: why ``transfer`` would be refused; OK if and only if it would succeed."""
        wallets = self._address(source), self._address(to)
        return Reason(self._view("detectTransferRestriction", *wallets, amount))

    def is_module(self, account: str | Twin) -> bool:
        """Whether ``account`` is registered as a module."""
        return bool(self._view("isModule", self._address(account)))

    def balance_of(self, account: str | Twin) -> int:
        """Balance."""
        return int(self._view("balanceOf", self._address(account)))

    def allowance(self, holder: str, spender: str | Twin) -> int:
        """What ``spender`` may still move of the holder's."""
        return int(self._view("allowance", self._address(holder), self._address(spender)))

    def total_supply(self) -> int:
        """Currency in circulation."""
        return int(self._view("totalSupply"))

    def _address(self, account: str | Twin) -> Address:
        return account.address if isinstance(account, Twin) else self.chain.introduce(account)

    def _event(self, name: str, fields: dict[str, Any], origin: Origin) -> Event:
        named = self.chain.name_of
        match name:
            case "CurrencyMinted":
                ref = self.chain.ref_of(fields["ref"])
                return CurrencyMinted(**origin, to=named(fields["to"]), amount=fields["amount"], ref=ref)
            case "CurrencyBurned":
                holder, ref = named(fields["holder"]), self.chain.ref_of(fields["ref"])
                return CurrencyBurned(**origin, holder=holder, amount=fields["amount"], ref=ref)
            case "CurrencyMoved":
                return CurrencyMoved(
                    **origin,
                    spender=named(fields["actor"]),
                    source=named(fields["from"]),
                    destination=named(fields["to"]),
                    amount=fields["amount"],
                )
            case "CurrencyRecovered":
                source, destination = named(fields["from"]), named(fields["to"])
                return CurrencyRecovered(
                    **origin, source=source, destination=destination, amount=fields["amount"]
                )
            case "CurrencyModuleRegistered":
                module, registered = named(fields["module"]), fields["registered"]
                return CurrencyModuleRegistered(**origin, module=module, registered=registered)
        return super()._event(name, fields, origin)


def _name(account: str | Twin) -> str:
    return account.contract if isinstance(account, Twin) else account
