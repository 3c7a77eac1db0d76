// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Stages by time, two persons for every step that widens the regime, phases one after the other.
contract RegimeTest is Fixture {
    function _call(address sender, bytes memory data) private returns (bool ok) {
        (ok,) = _try(sender, address(regime), data);
    }

    function _wrongStage(IRegime.Stage stage) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRegime.Regime_WrongStage.selector, stage);
    }

    function testFuzz_Stage_ByTimeAlone(uint64 term, uint64 wind, uint256 elapsed) public {
        IRegime.Programme memory programme = _programme();
        programme.end = START + 1 + term % 1000 days;
        programme.windDownEnd = programme.end + 1 + wind % 1000 days;
        _activate(programme);
        uint256 time = START + elapsed % 2500 days;
        for (uint256 i = 0; i < 3; ++i) {
            if (i == 1) time = programme.end + elapsed % 2;
            if (i == 2) time = programme.windDownEnd + elapsed % 2;
            vm.warp(time);
            IRegime.Stage expected = time > programme.windDownEnd
                ? IRegime.Stage.EXPIRED
                : time > programme.end ? IRegime.Stage.WIND_DOWN : IRegime.Stage.ACTIVE;
            require(regime.stage() == expected);
        }
    }

    function testFuzz_Stage_WindDownIsForGood(bool suspendFirst, uint256 elapsed) public {
        _activate(_programme());
        if (suspendFirst) _suspend();
        vm.prank(SUPERVISOR);
        regime.windDown();
        vm.warp(START + elapsed % (1090 days + 1));
        require(regime.stage() == IRegime.Stage.WIND_DOWN);
        bytes memory wrong = _wrongStage(IRegime.Stage.WIND_DOWN);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.resume, ()), wrong);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.suspend, ()), wrong);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.activate, ()), wrong);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.windDown, ()), wrong);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.draft, (_programme())), wrong);
    }

    function testFuzz_Draft_DatesInOrderAndWithinTheFrame(uint8 start, uint8 end, uint8 wind, uint256 spread) public {
        // Dates near each other, so that every order comes up; or far, around the three years of the frame.
        uint64 now_ = uint64(block.timestamp);
        IRegime.Programme memory programme = _programme();
        programme.start = now_ - 1 + start % 3;
        programme.end = programme.start - 1 + end % 4;
        if (spread % 3 == 0) programme.end = programme.start + 1094 days + (end % 6) * 1 days + wind % 2;
        programme.windDownEnd = programme.end - 1 + wind % 4;
        bool ordered =
            programme.start >= now_ && programme.end > programme.start && programme.windDownEnd > programme.end;
        // Three years have 1095 or 1096 days; the contract may round up, by a day a year at most.
        uint64 term = programme.end - (ordered ? programme.start : 0);
        bool ok = _call(SUPERVISOR, abi.encodeCall(IRegime.draft, (programme)));
        require(ordered || !ok, "out of order");
        require(!ordered || term > 1095 days || ok, "within three years");
        require(!ordered || term <= 1098 days || !ok, "beyond the frame");
    }

    /// @dev One person with both roles stands for anybody who could sign twice.
    function testFuzz_Approve_NeverByTheDrafter(bool drafterIsBoth, bool approverIsBoth) public {
        address both = address(0x1009);
        manager.grantRole(1, both, 0);
        manager.grantRole(2, both, 0);
        vm.prank(drafterIsBoth ? both : SUPERVISOR);
        regime.draft(_programme());
        address approver = approverIsBoth ? both : CO_APPROVER;
        bool ok = _call(approver, abi.encodeCall(IRegime.approve, ()));
        require(ok == !(drafterIsBoth && approverIsBoth), "approval");
        require(regime.stage() == (ok ? IRegime.Stage.APPROVED : IRegime.Stage.DRAFT));
        if (!ok) return;

        vm.warp(START);
        vm.prank(both);
        regime.activate();
        vm.prank(drafterIsBoth ? both : SUPERVISOR);
        regime.proposePhase(2);
        ok = _call(approver, abi.encodeCall(IRegime.approvePhase, ()));
        require(ok == !(drafterIsBoth && approverIsBoth), "phase");
    }

    function test_Approve_NotWithoutADraft() public {
        bytes memory invalid = abi.encodeWithSelector(IRegime.Regime_InvalidProgramme.selector);
        _refused(CO_APPROVER, address(regime), abi.encodeCall(IRegime.approve, ()), invalid);
    }

    function testFuzz_Activate_FromItsStart(uint256 early) public {
        _draft(_programme());
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.activate, ()), _wrongStage(IRegime.Stage.DRAFT));
        _approve();
        vm.warp(START - 1 - early % 30 days);
        _refused(
            SUPERVISOR,
            address(regime),
            abi.encodeCall(IRegime.activate, ()),
            abi.encodeWithSelector(IRegime.Regime_NotStarted.selector, START)
        );
        vm.warp(START);
        require(_call(SUPERVISOR, abi.encodeCall(IRegime.activate, ())));
        require(regime.stage() == IRegime.Stage.ACTIVE && regime.phase() == 1);
        require(!_call(SUPERVISOR, abi.encodeCall(IRegime.activate, ())), "twice");
    }

    /// @dev A walk of random proposals and approvals: the phase only ever grows by one, by two persons.
    function testFuzz_Phases_OneAfterTheOther(uint8[12] memory steps) public {
        _activate(_programme());
        uint8 phase = 1;
        bool proposed;
        for (uint256 i = 0; i < steps.length; ++i) {
            uint8 wanted = steps[i] % 6;
            if (steps[i] % 3 == 0) {
                require(_call(CO_APPROVER, abi.encodeCall(IRegime.approvePhase, ())) == proposed);
                if (proposed) ++phase;
                proposed = false;
            } else {
                bool ok = _call(SUPERVISOR, abi.encodeCall(IRegime.proposePhase, (wanted)));
                require(ok == (wanted == phase + 1));
                if (ok) proposed = true;
            }
            require(regime.phase() == phase);
        }
    }

    function testFuzz_Phases_OnlyWhileActive(uint8 stageSeed, bool early) public {
        _activate(_programme());
        vm.prank(SUPERVISOR);
        regime.proposePhase(2);
        IRegime.Stage stage = IRegime.Stage(3 + stageSeed % 3);
        _leave(stage, early);
        _refused(CO_APPROVER, address(regime), abi.encodeCall(IRegime.approvePhase, ()), _wrongStage(stage));
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.proposePhase, (2)), _wrongStage(stage));
    }

    /// @dev Parties in good standing and enough balance: what passes depends on the stage alone.
    function testFuzz_Pitfall14_WhatMovesInWhichStage(uint8 stageSeed, uint8 flowSeed, bool early) public {
        IRegime.Stage stage = IRegime.Stage(stageSeed % 6);
        IRulebook.Flow flow = IRulebook.Flow(flowSeed % 7);
        if (stage == IRegime.Stage.APPROVED) {
            _draft(_programme());
            _approve();
        } else if (stage != IRegime.Stage.DRAFT) {
            _activate(_programme());
            _leave(stage, early);
        }
        require(regime.stage() == stage);
        bool exit = flow == IRulebook.Flow.PAY || flow == IRulebook.Flow.REFUND || flow == IRulebook.Flow.REDEEM
            || flow == IRulebook.Flow.SEIZE;
        bool over = stage == IRegime.Stage.WIND_DOWN || stage == IRegime.Stage.EXPIRED;
        IRulebook.Movement memory movement = IRulebook.Movement(flow, SELLER, STATE_BANK, 5, 5, 0);
        require((rulebook.check(movement) == 0) == (stage == IRegime.Stage.ACTIVE || (over && exit)));
    }

    function testFuzz_Restricted(address caller, uint256 which) public {
        bytes[8] memory calls = [
            abi.encodeCall(IRegime.draft, (_programme())),
            abi.encodeCall(IRegime.activate, ()),
            abi.encodeCall(IRegime.proposePhase, (2)),
            abi.encodeCall(IRegime.suspend, ()),
            abi.encodeCall(IRegime.resume, ()),
            abi.encodeCall(IRegime.windDown, ()),
            abi.encodeCall(IRegime.approve, ()),
            abi.encodeCall(IRegime.approvePhase, ())
        ];
        which %= 8;
        if (caller == (which < 6 ? SUPERVISOR : CO_APPROVER)) caller = STRANGER;
        _refused(
            caller,
            address(regime),
            calls[which],
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller)
        );
    }
}
