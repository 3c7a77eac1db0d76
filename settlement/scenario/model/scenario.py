"""The whole file."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, PrivateAttr

from settlement.scenario.model.actions import Action
from settlement.scenario.model.expectations import Expectations
from settlement.scenario.model.money import (
    Clearing,
    Compliance,
    Correspondent,
    Delivery,
    Desk,
    Network,
    Price,
)
from settlement.scenario.model.part import Part
from settlement.scenario.model.participants import Participant
from settlement.scenario.model.regime import Jurisdiction, Regime
from settlement.scenario.model.trades import Behaviour, Bill, Credit, Flow, Obligation
from settlement.scenario.values import Day, JurisdictionCode, Seed, Slug, Text
from settlement.scenario.words import AssetName

__all__ = ["Scenario"]


class Scenario(Part):
    """A settlement scenario: who trades what under which regime, and how it must end."""

    scenario: Slug
    """Name of the scenario."""
    title: Text
    """One line for reports."""
    description: Text | None = None
    """What the scenario shows, and why."""
    seed: Seed = 1
    """Seed of every random stream of the run."""
    start: Day
    """First simulated day, UTC."""
    end: Day
    """Last simulated day, UTC."""
    jurisdictions: Mapping[JurisdictionCode, Jurisdiction]
    """Countries by code: two capital letters."""
    regime: Regime
    """The programme."""
    participants: tuple[Participant, ...]
    """Who takes part."""
    credits: tuple[Credit, ...] = ()
    """Documentary credits."""
    bills: tuple[Bill, ...] = ()
    """Collections and open accounts."""
    obligations: tuple[Obligation, ...] = ()
    """What is cleared multilaterally."""
    flows: tuple[Flow, ...] = ()
    """Streams of trades that the seed draws."""
    prices: Mapping[AssetName, Price] = Field(default_factory=dict)
    """Prices of SU and COIN that the feeders post every day; none when left out."""
    desk: Desk | None = None
    """The conversion desk; needs the price of SU."""
    network: Network | None = None
    """The network that miners work for; needs the price of COIN."""
    deliveries: tuple[Delivery, ...] = ()
    """Mined output that funds trades."""
    clearing: Clearing = Clearing()
    """The clearing operator."""
    compliance: Compliance = Compliance()
    """The reviewers."""
    correspondent: Correspondent | None = None
    """The correspondent banks to compare with; no comparison when left out."""
    behaviour: Behaviour = Behaviour()
    """How long actors take."""
    actions: tuple[Action, ...] = ()
    """What happens beside the trades, each at its moment."""
    expect: Expectations = Expectations()
    """How the run must end."""

    _profiles: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def profiles(self) -> Mapping[str, str]:
        """Texts of the profiles that it was filled in from, by their path beside its file."""
        return self._profiles

    def filled_from(self, profiles: Mapping[str, str]) -> Self:
        """The same scenario, which remembers these profiles."""
        filled = self.model_copy()
        filled._profiles = profiles
        return filled
