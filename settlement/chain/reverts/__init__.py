"""Contract errors: one class for every custom error of every Solidity contract.

Refused
└── ContractRevert                a transaction reverted; carries its receipt
    └── one class for each error  with the reason it stands for
BackendError
└── UnknownRevert                 a panic, out of gas, or no error of ours: a bug, ends a run

Class names are the Solidity names without the underscore; ``tests/chain/test_reverts.py``
proves that none is missing and none is left over.

One file for each contract, which names what it offers in its ``__all__``: a new one needs one import here.
"""

from settlement.chain.reverts.base import *
from settlement.chain.reverts.business_calendar import *
from settlement.chain.reverts.clearing_house import *
from settlement.chain.reverts.collections import *
from settlement.chain.reverts.conversion_desk import *
from settlement.chain.reverts.domestic_currency import *
from settlement.chain.reverts.dual_control import *
from settlement.chain.reverts.miner_intake import *
from settlement.chain.reverts.openzeppelin import *
from settlement.chain.reverts.participants import *
from settlement.chain.reverts.presentations import *
from settlement.chain.reverts.price_oracle import *
from settlement.chain.reverts.quarantine import *
from settlement.chain.reverts.regime import *
from settlement.chain.reverts.reserve import *
from settlement.chain.reverts.rulebook import *
from settlement.chain.reverts.settlement_token import *
from settlement.chain.reverts.trade_escrow import *
from settlement.chain.reverts.trade_registry import *
