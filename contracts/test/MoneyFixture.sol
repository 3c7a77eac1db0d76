// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ConversionDesk} from "../src/ConversionDesk.sol";
import {DomesticCurrency} from "../src/DomesticCurrency.sol";
import {MinerIntake} from "../src/MinerIntake.sol";
import {IConversionDesk} from "../src/interfaces/IConversionDesk.sol";
import {IDomesticCurrency} from "../src/interfaces/IDomesticCurrency.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IMinerIntake} from "../src/interfaces/IMinerIntake.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

/// @title The active regime with its money side: domestic currency, desk, intake, and prices
abstract contract MoneyFixture is Fixture {
    bytes32 internal constant SU = "SU";
    bytes32 internal constant COIN = "COIN";
    uint16 internal constant SPREAD = 200;
    uint16 internal constant TOLERANCE = 500;
    /// @dev A whole SU is worth 90.00 DRL, a coin 60,000 SU.
    uint128 internal constant SU_PRICE = 9_000e6;
    uint128 internal constant COIN_PRICE = 60_000 * SU_PRICE;

    address internal constant TREASURY = address(0x1006);
    address internal constant DESK_OFFICE = address(0x1007);
    uint64 internal constant TREASURING = 21;
    uint64 internal constant DEALING = 22;

    DomesticCurrency internal currency;
    ConversionDesk internal desk;
    MinerIntake internal intake;

    function setUp() public virtual override {
        super.setUp();
        _deployMoney();
        _permitMoney();
        _module(address(desk), _flow(IRulebook.Flow.CONVERT));
        _module(address(intake), _flow(IRulebook.Flow.INTAKE));
        _holder(address(desk));
        _holder(address(intake));
        // Beside another fixture, that one may have done it.
        if (regime.stage() == IRegime.Stage.DRAFT) _activate(_programme());
        (uint128 ofSu, uint128 ofCoin) = _firstPrices();
        _postAll(SU, ofSu);
        _postAll(COIN, ofCoin);
    }

    function _firstPrices() internal pure virtual returns (uint128 ofSu, uint128 ofCoin) {
        return (SU_PRICE, COIN_PRICE);
    }

    /// @dev Beyond the three of the deployment, feeders that a test adds.
    function _feeder(uint256 number) internal view returns (address) {
        return number < 3 ? FEEDERS[number] : address(uint160(0x4000 + number));
    }

    function _post(uint256 feeder, bytes32 asset, uint128 value) internal {
        vm.prank(_feeder(feeder));
        oracle.post(asset, value);
    }

    function _postAll(bytes32 asset, uint128 value) internal {
        for (uint256 i = 0; i < 3; ++i) {
            _post(i, asset, value);
        }
    }

    function _mint(address to, uint256 amount) internal {
        vm.prank(TREASURY);
        currency.mint(to, uint128(amount), _nextRef());
    }

    function _issue(address to, uint128 amount) internal {
        vm.prank(RAMP_OFFICE);
        ramp.issue(to, amount, _nextRef());
    }

    function _bound(uint256 x, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + x % (most - least + 1);
    }

    /// @dev By as many people as it takes.
    function _holder(address module) private {
        bytes memory data = abi.encodeCall(IDomesticCurrency.registerModule, (module, true));
        if (regime.stage() == IRegime.Stage.DRAFT) _passed(SUPERVISOR, address(currency), data);
        else _together(REVIEWER, SUPERVISOR, address(currency), data);
    }

    function _deployMoney() private {
        address authority = address(manager);
        currency = new DomesticCurrency(authority, regime, participants);
        IConversionDesk.Limits memory limits =
            IConversionDesk.Limits({spread: SPREAD, maxLife: 1 hours, maxSize: 1_000_000e6});
        desk = new ConversionDesk(authority, token, currency, participants, oracle, limits);
        intake = new MinerIntake(
            authority,
            MinerIntake.Parts(token, currency, reserve, oracle, regime, participants, rulebook, trades),
            TOLERANCE
        );
    }

    function _permitMoney() private {
        manager.grantRole(TREASURING, TREASURY, 0);
        manager.grantRole(DEALING, DESK_OFFICE, 0);
        manager.grantRole(THE_INTAKE, address(intake), 0);
        manager.grantRole(THE_MONEY, address(currency), 0);
        _allow(address(currency), COMPLIANCE, IDualControl.propose.selector);
        _allow(address(currency), SUPERVISION, IDomesticCurrency.registerModule.selector);
        _allow(address(currency), SUPERVISION, IDomesticCurrency.recover.selector);
        _allow(address(currency), TREASURING, IDomesticCurrency.mint.selector);
        _allow(address(currency), TREASURING, IDomesticCurrency.burn.selector);
        _allow(address(desk), SUPERVISION, IConversionDesk.setLimits.selector);
        _allow(address(desk), DEALING, IConversionDesk.postQuote.selector);
        _allow(address(intake), SUPERVISION, IMinerIntake.setRegion.selector);
        _allow(address(intake), SUPERVISION, IMinerIntake.registerRig.selector);
        _allow(address(intake), SUPERVISION, IMinerIntake.setNetwork.selector);
        _allow(address(intake), SUPERVISION, IMinerIntake.revoke.selector);
    }
}
