// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Reason} from "../src/Reason.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Stages by time, two persons for every step that widens the regime, phases one after the other.
contract RegimeTest is Fixture {
    function _call(address sender, bytes memory data) private returns (bool ok) {
        (ok,) = _try(sender, address(regime), data);
    }

    function _approval(IRegime.Programme memory programme) private pure returns (bytes memory) {
        return abi.encodeCall(IRegime.approve, (keccak256(abi.encode(programme))));
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

    /// @dev A suspension lasts until somebody lifts it, beyond the programme's end and its wind-down; nothing moves
    /// meanwhile. Lifted, or turned into a wind-down, it gives way to the stage that time has brought.
    function testFuzz_Suspension_OutlastsTheProgramme(
        uint256 from,
        uint256 elapsed,
        uint8 edge,
        bool lift,
        uint8 flowSeed
    ) public {
        _activate(_programme());
        from = START + from % (END - START + 1);
        vm.warp(from);
        _suspend();
        uint256 time = from + elapsed % (WIND_DOWN_END + 1000 days - from);
        if (edge % 4 == 0) time = END + edge / 4 % 2;
        if (edge % 4 == 1) time = WIND_DOWN_END + edge / 4 % 2;
        vm.warp(time);
        require(regime.stage() == IRegime.Stage.SUSPENDED, "lapsed");
        IRulebook.Movement memory movement =
            IRulebook.Movement(IRulebook.Flow(flowSeed % 7), SELLER, STATE_BANK, 5, 5, 0);
        require(rulebook.check(movement) == Reason.REGIME_SUSPENDED, "moves while suspended");
        require(rulebook.checkOpening(SELLER, STATE_BANK, time) == Reason.REGIME_SUSPENDED, "opens while suspended");
        bytes memory wrong = _wrongStage(IRegime.Stage.SUSPENDED);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.suspend, ()), wrong);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.draft, (_programme())), wrong);

        bytes memory way = lift ? abi.encodeCall(IRegime.resume, ()) : abi.encodeCall(IRegime.windDown, ());
        require(_call(SUPERVISOR, way), "for ever");
        IRegime.Stage expected = time > WIND_DOWN_END
            ? IRegime.Stage.EXPIRED
            : time > END || !lift ? IRegime.Stage.WIND_DOWN : IRegime.Stage.ACTIVE;
        require(regime.stage() == expected, "stage");
        movement.flow = IRulebook.Flow.REFUND;
        require(rulebook.check(movement) == Reason.OK, "exits are shut");
        movement.flow = IRulebook.Flow.FUND;
        require((rulebook.check(movement) == Reason.OK) == (expected == IRegime.Stage.ACTIVE), "entry");
        // A regime that is over cannot be suspended again; one that is not, can.
        require(_call(SUPERVISOR, abi.encodeCall(IRegime.suspend, ())) == (expected == IRegime.Stage.ACTIVE));
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
        // Three years have 1095 or 1096 days: at most one of any three is a leap year.
        bool fits = ordered && programme.end <= programme.start + 1096 days;
        bytes memory data = abi.encodeCall(IRegime.draft, (programme));
        bytes memory invalid = abi.encodeWithSelector(IRegime.Regime_InvalidProgramme.selector);
        if (fits) require(_call(SUPERVISOR, data), "within three years, yet refused");
        else _refused(SUPERVISOR, address(regime), data, invalid);
    }

    /// @dev One person with both roles stands for anybody who could sign twice.
    function testFuzz_Approve_NeverByTheDrafter(bool drafterIsBoth, bool approverIsBoth) public {
        address both = address(0x1009);
        manager.grantRole(1, both, 0);
        manager.grantRole(2, both, 0);
        vm.prank(drafterIsBoth ? both : SUPERVISOR);
        regime.draft(_programme());
        address approver = approverIsBoth ? both : CO_APPROVER;
        bool ok = _call(approver, _approval(_programme()));
        require(ok == !(drafterIsBoth && approverIsBoth), "approval");
        require(regime.stage() == (ok ? IRegime.Stage.APPROVED : IRegime.Stage.DRAFT));
        if (!ok) return;

        vm.warp(START);
        vm.prank(both);
        regime.activate();
        vm.prank(drafterIsBoth ? both : SUPERVISOR);
        regime.proposePhase(2);
        ok = _call(approver, abi.encodeCall(IRegime.approvePhase, (2)));
        require(ok == !(drafterIsBoth && approverIsBoth), "phase");
    }

    function testFuzz_Approve_NotWithoutADraft(bytes32 hash) public {
        bytes memory invalid = abi.encodeWithSelector(IRegime.Regime_InvalidProgramme.selector);
        _refused(CO_APPROVER, address(regime), abi.encodeCall(IRegime.approve, (hash)), invalid);
        IRegime.Programme memory none;
        _refused(CO_APPROVER, address(regime), _approval(none), invalid);
    }

    /// @dev A signature is for one content. Any redraft, by one field, voids what was read before.
    function testFuzz_Approve_OnlyTheContentThatWasRead(uint256 which, uint64 by, bytes32 other) public {
        IRegime.Programme memory read = _programme();
        _draft(read);
        IRegime.Programme memory redrafted = _programme();
        which %= 8;
        by = 1 + by % 30 days;
        if (which == 0) redrafted.start -= by;
        if (which == 1) redrafted.end -= by;
        if (which == 2) redrafted.windDownEnd += by;
        if (which == 3) redrafted.home = by % 2 == 0 ? ABROAD : ELSEWHERE;
        if (which == 4) redrafted.privateFromPhase = by % 2 == 0 ? 1 : 3;
        if (which == 5) redrafted.domesticBan = false;
        if (which == 6) redrafted.directPayments = false;
        // 7: drafted anew, and the same.
        _draft(redrafted);
        bytes32 drafted = keccak256(abi.encode(redrafted));
        bytes memory changed = abi.encodeWithSelector(IRegime.Regime_ProgrammeChanged.selector, drafted);
        if (which != 7) _refused(CO_APPROVER, address(regime), _approval(read), changed);
        if (other != drafted) {
            _refused(CO_APPROVER, address(regime), abi.encodeCall(IRegime.approve, (other)), changed);
        }
        require(regime.stage() == IRegime.Stage.DRAFT, "approved all the same");

        require(_call(CO_APPROVER, _approval(which == 7 ? read : redrafted)), "read, yet refused");
        require(regime.stage() == IRegime.Stage.APPROVED);
        require(keccak256(abi.encode(regime.programme())) == drafted, "another programme came into force");
        bytes memory wrong = _wrongStage(IRegime.Stage.APPROVED);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.draft, (read)), wrong);
        _refused(CO_APPROVER, address(regime), _approval(redrafted), wrong);
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

    /// @dev A walk of random proposals and approvals: the phase only ever grows by one, by two persons who name it.
    function testFuzz_Phases_OneAfterTheOther(uint8[12] memory steps) public {
        _activate(_programme());
        uint8 phase = 1;
        bool proposed;
        for (uint256 i = 0; i < steps.length; ++i) {
            // Mostly the next one.
            uint8 wanted = steps[i] % 5 < 3 ? phase + 1 : steps[i] / 16 % 8;
            if (steps[i] % 7 < 3) {
                bytes memory approval = abi.encodeCall(IRegime.approvePhase, (wanted));
                if (proposed && wanted == phase + 1) {
                    require(_call(CO_APPROVER, approval), "proposed and named, yet refused");
                    ++phase;
                    proposed = false;
                } else {
                    bytes memory wrong = abi.encodeWithSelector(IRegime.Regime_WrongPhase.selector, phase + 1);
                    _refused(CO_APPROVER, address(regime), approval, wrong);
                }
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
        _refused(CO_APPROVER, address(regime), abi.encodeCall(IRegime.approvePhase, (2)), _wrongStage(stage));
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
            _approval(_programme()),
            abi.encodeCall(IRegime.approvePhase, (2))
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
