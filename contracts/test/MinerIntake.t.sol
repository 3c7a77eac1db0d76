// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IMinerIntake} from "../src/interfaces/IMinerIntake.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {MoneyFixture} from "./MoneyFixture.sol";

/// @notice Attested output is bounded by what explains it, and delivered output by what is attested, each once.
contract MinerIntakeTest is MoneyFixture {
    bytes32 private constant REGION = "north";
    bytes32 private constant ID = "A1";
    uint128 private constant DIFFICULTY = 100e12;
    uint64 private constant REWARD = 312_500_000;
    uint64 private constant HASHRATE = 5_000_000;
    uint32 private constant EFFICIENCY = 20;

    function setUp() public override {
        super.setUp();
        vm.warp(START + 100 days);
        vm.prank(SUPERVISOR);
        intake.setRegion(REGION, true);
        vm.prank(SUPERVISOR);
        intake.setNetwork(IMinerIntake.Network(START, DIFFICULTY, REWARD));
        _rig(HASHRATE, EFFICIENCY);
        _postAll(SU, SU_PRICE);
        _postAll(COIN, COIN_PRICE);
    }

    function _rig(uint64 hashrate, uint32 efficiency) private {
        vm.prank(SUPERVISOR);
        intake.registerRig(_nameOf(MINING), IMinerIntake.Rig(REGION, hashrate, efficiency, 5_000, START));
    }

    function _output(uint64 from, uint64 to, uint128 coins) private view returns (IMinerIntake.Output memory o) {
        o = IMinerIntake.Output(_nameOf(MINING), from, to, coins, 0, DIFFICULTY);
        (uint256 least, uint256 most) = intake.energyRange(o);
        o.energy = uint64((least + most) / 2);
    }

    function _attest(bytes32 id, IMinerIntake.Output memory output) private returns (bool ok) {
        (ok,) = _try(ATTESTING, address(intake), abi.encodeCall(IMinerIntake.attest, (id, output)));
    }

    function _deliver(uint128 coins) private returns (bool ok) {
        vm.prank(STATE_ENTITY);
        intake.order(
            ID, IMinerIntake.Order(coins, _tradeOf(STATE_ENTITY, SELLER), type(uint256).max, uint64(block.timestamp))
        );
        vm.prank(STATE_ENTITY);
        currency.approve(address(intake), type(uint256).max);
        bytes memory call =
            abi.encodeCall(IMinerIntake.deliver, (ID, coins, _tradeOf(STATE_ENTITY, SELLER), _nameOf(STATE_ENTITY), 0));
        (ok,) = _try(MINING, address(intake), call);
    }

    /// @dev The bound, written apart from the contract: hashes needed against hashes made, multiplied out.
    /// @custom:rule money.intake-plausible
    function testFuzz_Output_IsBoundedByWhatExplainsIt(uint64 hashrate, uint32 period, uint128 coins) public {
        hashrate = uint64(_bound(hashrate, 1, 1e9));
        _rig(hashrate, EFFICIENCY);
        uint64 to = START + uint64(_bound(period, 1, 90 days));
        uint256 most = intake.mostCoins(_nameOf(MINING), START, to);
        coins = uint128(_bound(coins, most / 2, most + most / 10 + 1));
        uint256 made = uint256(hashrate) * 1e12 * (to - START) * REWARD * (10_000 + TOLERANCE);
        uint256 needed = uint256(coins) * DIFFICULTY * 2 ** 32 * 10_000;
        require((coins <= most) == (needed <= made), "bound");
        require(_attest(ID, _output(START, to, coins)) == (coins > 0 && needed <= made), "attested");
    }

    /// @custom:rule money.intake-plausible
    function testFuzz_Energy_IsBoundedFromBothSides(uint64 energy, uint128 coins) public {
        uint64 to = START + 30 days;
        uint256 most = intake.mostCoins(_nameOf(MINING), START, to);
        coins = uint128(_bound(coins, 1, most));
        IMinerIntake.Output memory output = _output(START, to, coins);
        uint256 full = uint256(HASHRATE) * EFFICIENCY * 30 days / 3.6e6;
        output.energy = uint64(_bound(energy, 0, 2 * full));
        uint256 hashes = uint256(coins) * DIFFICULTY * 2 ** 32 / REWARD;
        uint256 taken = hashes * EFFICIENCY / 1e12 / 3.6e6;
        // A kWh of rounding on either side is nobody's fault.
        bool wellIn = output.energy > taken * 95 / 100 + 2 && output.energy + 2 < full * 105 / 100;
        bool wellOut = output.energy + 2 < taken * 95 / 100 || output.energy > full * 105 / 100 + 2;
        bool ok = _attest(ID, output);
        require(!wellIn || ok, "refused");
        require(!wellOut || !ok, "attested");
    }

    /// @custom:rule money.intake-plausible
    function testFuzz_Periods_DoNotOverlap(uint32[6] calldata froms, uint32[6] calldata lengths) public {
        uint64 until = 0;
        for (uint256 i = 0; i < 6; ++i) {
            uint64 from = START + froms[i] % 110 days;
            uint64 to = from + lengths[i] % 10 days;
            bool fits = from >= until && from < to && to <= block.timestamp;
            IMinerIntake.Output memory output = _output(from, to, uint128(intake.mostCoins(_nameOf(MINING), from, to)));
            require(_attest(bytes32(i + 1), output) == (fits && output.coins > 0), "period");
            if (fits && output.coins > 0) until = to;
        }
    }

    /// @dev A period that spans a change is attested in two parts.
    function testFuzz_Network_ChangesBetweenPeriods(uint32 change, uint32 start, uint32 length) public {
        uint64 turn = START + 1 + change % 90 days;
        vm.prank(SUPERVISOR);
        intake.setNetwork(IMinerIntake.Network(turn, DIFFICULTY, REWARD / 2));
        uint64 from = START + start % 60 days;
        uint64 to = from + 1 + length % 40 days;
        uint256 hashes = uint256(HASHRATE) * 1e12 * (to - from);
        uint256 reward = from >= turn ? REWARD / 2 : REWARD;
        uint256 expected = hashes * reward * (10_000 + TOLERANCE) / (uint256(DIFFICULTY) * 2 ** 32 * 10_000);
        if (from < turn && to > turn) expected = 0;
        require(intake.mostCoins(_nameOf(MINING), from, to) == expected, "halving");
    }

    /// @dev Invariant 10, and the shape: coins in, SU out and earmarked, DRL across, all or nothing.
    /// @custom:rule money.intake-shape
    /// @custom:rule money.intake-once
    function testFuzz_Delivery_IsWholeAndOnce(uint128 attested, uint128 coins, uint256 seed) public {
        _sow(seed);
        uint64 to = START + 90 days;
        attested = uint128(_bound(attested, 1, intake.mostCoins(_nameOf(MINING), START, to)));
        coins = uint128(_bound(coins, 1, uint256(attested) * 11 / 10 + 1));
        require(_attest(ID, _output(START, to, attested)), "attest");
        uint256 drl = _pick(4) == 0 ? _pick(1e9) : 1e14;
        _mint(STATE_ENTITY, drl);
        bool held = _pick(4) == 0;
        if (held) _screen(MINING, IParticipants.Screening.POTENTIAL);
        (uint128 su, uint256 payment) = intake.valueOf(coins);
        require(su == uint256(coins) * 60_000 / 100 * 80 / 100, "SU");
        require(payment == uint256(su) * SU_PRICE / 1e12, "DRL");
        bool ok = _deliver(coins);
        require(ok == (coins <= attested && payment > 0 && payment <= drl && !held), "delivered");
        (, uint256 inReserve) = reserve.holdings();
        (uint256 earmarked,) = token.earmarkOf(STATE_ENTITY, _tradeOf(STATE_ENTITY, SELLER));
        require(token.totalSupply() == (ok ? su : 0) && earmarked == (ok ? su : 0), "supply");
        require(inReserve == (ok ? coins : 0) && inReserve <= attested, "coins");
        require(currency.balanceOf(MINING) == (ok ? payment : 0) && currency.totalSupply() == drl, "payment");
        require(currency.balanceOf(STATE_ENTITY) + currency.balanceOf(MINING) == drl, "lost");
        require(!_deliver(coins) || !ok, "twice");
    }
}
