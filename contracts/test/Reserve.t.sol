// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Reason} from "../src/Reason.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IReserve} from "../src/interfaces/IReserve.sol";
import {IRamp} from "../src/interfaces/IRamp.sol";
import {Fixture} from "./Fixture.sol";

/// @notice The ramps at par, each in one transaction, and what the reserve behind SU is worth.
contract ReserveTest is Fixture {
    function _post(uint128 suPrice, uint128 coinPrice) private {
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(FEEDERS[i]);
            oracle.post("SU", suPrice);
            vm.prank(FEEDERS[i]);
            oracle.post("COIN", coinPrice);
        }
    }

    function _fill(uint64 cash, uint64 coins) private {
        manager.grantRole(THE_RAMP, address(this), 0);
        manager.grantRole(THE_INTAKE, address(this), 0);
        reserve.depositCash(cash, "cash");
        reserve.depositCoins(coins, "coins");
    }

    /// @dev Value is cash, and coins at their price less the haircut, never rounded up; coverage asks for the floor,
    /// never rounded down.
    /// @custom:rule money.coverage-floor op.issue-reserve
    function testFuzz_Coverage(uint64 cash, uint64 coins, uint64 supply, uint16 haircut, uint16 floor) public {
        IRegime.Programme memory p = _programme();
        (p.haircut, p.coverageFloor) = (haircut % 10_001, 10_000 + floor % 20_000);
        _activate(p);
        _post(80e6, 500_000e6);
        _fill(cash, coins);
        // A coin of 1e8 units is worth 500,000 / 80 SU of 1e6 units: 62.5 units of SU per unit of it.
        uint256 worth = uint256(coins) * 625 / 10 * (10_000 - p.haircut) / 10_000;
        require(coins == 0 || reserve.coinsValue(coins) == worth, "coins");
        require(reserve.value() == cash + worth, "value");
        if (supply % 3 > 0) supply = uint64((reserve.value() * 10_000 / p.coverageFloor + supply % 3 - 1) % 2 ** 64);
        bool covered = reserve.value() * 10_000 >= uint256(supply) * p.coverageFloor;
        require(reserve.checkCoverage(supply) == (covered ? Reason.OK : Reason.RESERVE_SHORT), "coverage");
    }

    /// @dev Without a fresh price coins cover nothing, and cash alone needs none.
    /// @custom:rule money.coverage-floor op.issue-reserve
    function testFuzz_Pitfall15_StalePriceStopsIssueWhileThereAreCoins(uint64 coins, uint32 age) public {
        _activate(_programme());
        _post(80e6, 500_000e6);
        _fill(0, coins);
        age %= 900 days;
        vm.warp(block.timestamp + age);
        bool stale = coins > 0 && age > MAX_PRICE_AGE;
        require(reserve.checkCoverage(0) == (stale ? Reason.PRICE_STALE : Reason.OK), "coverage");
        bytes memory data = abi.encodeCall(IRamp.issue, (STATE_ENTITY, 5, "ref"));
        if (stale) _refused(RAMP_OFFICE, address(ramp), data, _refusal(Reason.PRICE_STALE));
        else _passed(RAMP_OFFICE, address(ramp), data);
        require(token.totalSupply() == (stale ? 0 : 5) && cash() == token.totalSupply(), "in one transaction");
    }

    function cash() private view returns (uint256 inCash) {
        (inCash,) = reserve.holdings();
    }

    /// @dev Cash in and SU out, SU back and cash out, or neither.
    /// @custom:rule op.redeem
    function testFuzz_RampAtPar(uint56 issued, uint56 redeemed, uint56 allowance, uint56 sold) public {
        _activate(_programme());
        _passed(RAMP_OFFICE, address(ramp), abi.encodeCall(IRamp.issue, (STATE_ENTITY, issued, "in")));
        require(token.totalSupply() == issued && cash() == issued, "issued");
        _approveFor(STATE_ENTITY, address(ramp), allowance);
        // Cash can be short when it was paid for coins' sake; here some of it was taken out.
        manager.grantRole(THE_RAMP, address(this), 0);
        sold = uint56(sold % (uint256(issued) + 1));
        reserve.withdrawCash(sold, "gone");
        bytes memory data = abi.encodeCall(IRamp.redeem, (STATE_ENTITY, redeemed, "out"));
        (bool ok,) = _try(RAMP_OFFICE, address(ramp), data);
        require(ok == (redeemed <= allowance && redeemed <= issued - sold), "redeemed");
        require(token.totalSupply() == issued - (ok ? redeemed : 0), "supply");
        require(cash() == issued - sold - (ok ? redeemed : 0), "cash");
    }

    /// @dev By two people, for within a tenth of the market's value, to the unit.
    /// @custom:rule money.sale compliance.two-person
    function testFuzz_SellCoins(uint64 inCash, uint64 coins, uint64 sold, uint256 proceeds, uint8 edge) public {
        _post(80e6, 500_000e6);
        _fill(inCash, coins);
        (uint256 coinPrice,) = oracle.price("COIN");
        (uint256 suPrice,) = oracle.price("SU");
        uint256 market = uint256(sold) * coinPrice / (suPrice * 100);
        (uint256 least, uint256 most) = ((market * 9 + 9) / 10, market * 11 / 10);
        uint256[5] memory edges = [least, most, most + 1, least > 0 ? least - 1 : 0, market];
        if (edge % 6 < 5) proceeds = edges[edge % 6];
        bytes memory data = abi.encodeCall(IReserve.sellCoins, (sold, proceeds, "sale"));
        bytes memory alone = abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(data));
        _refused(RAMP_OFFICE, address(reserve), data, alone);
        vm.prank(REVIEWER);
        reserve.propose(data);
        if (sold > coins) {
            bytes memory short = abi.encodeWithSelector(IReserve.Reserve_Insufficient.selector, coins);
            _refused(RAMP_OFFICE, address(reserve), data, short);
            return;
        }
        if (proceeds < least || proceeds > most) {
            bytes memory off = abi.encodeWithSelector(IReserve.Reserve_OffMarket.selector, least, most);
            _refused(RAMP_OFFICE, address(reserve), data, off);
            return;
        }
        _passed(RAMP_OFFICE, address(reserve), data);
        (uint256 nowCash, uint256 nowCoins) = reserve.holdings();
        require(nowCash == uint256(inCash) + proceeds && nowCoins == coins - sold);
    }

    function testFuzz_Restricted(address caller, uint256 which) public {
        bytes[6] memory calls = [
            abi.encodeCall(IReserve.depositCash, (1, "ref")),
            abi.encodeCall(IReserve.withdrawCash, (0, "ref")),
            abi.encodeCall(IReserve.depositCoins, (1, "ref")),
            abi.encodeCall(IReserve.sellCoins, (0, 1, "ref")),
            abi.encodeCall(IRamp.issue, (STATE_ENTITY, 1, "ref")),
            abi.encodeCall(IRamp.redeem, (STATE_ENTITY, 1, "ref"))
        ];
        which %= 6;
        if (caller == (which < 2 ? address(ramp) : RAMP_OFFICE)) caller = SUPERVISOR;
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, which < 4 ? address(reserve) : address(ramp), calls[which], expected);
    }
}
