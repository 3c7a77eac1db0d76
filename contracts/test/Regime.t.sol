// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {Reason} from "../src/Reason.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Stages by time, two persons for every step that widens the regime, phases one after the other.
contract RegimeTest is Fixture {
    bytes private constant INVALID = abi.encodeWithSelector(IRegime.Regime_InvalidProgramme.selector);

    function _call(address sender, bytes memory data) private returns (bool ok) {
        (ok,) = _try(sender, address(regime), data);
    }

    function _drafting(IRegime.Programme memory programme) private pure returns (bytes memory) {
        return abi.encodeCall(IRegime.draft, (programme, _corridors()));
    }

    function _wrongStage(IRegime.Stage stage) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRegime.Regime_WrongStage.selector, stage);
    }

    /// @custom:rule regime.wind-down regime.expire
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
    /// @custom:rule regime.suspend regime.suspended-nothing-moves regime.exits-only
    function testFuzz_Suspension_OutlastsTheProgramme(uint256 from, uint256 elapsed, uint8 edge, bool lift, uint8 flow)
        public
    {
        _activate(_programme());
        from = START + from % (END - START + 1);
        vm.warp(from);
        _suspend();
        uint256 time = from + elapsed % (WIND_DOWN_END + 1000 days - from);
        if (edge % 4 == 0) time = END + edge / 4 % 2;
        if (edge % 4 == 1) time = WIND_DOWN_END + edge / 4 % 2;
        vm.warp(time);
        require(regime.stage() == IRegime.Stage.SUSPENDED, "lapsed");
        IRulebook.Movement memory m = _movement(IRulebook.Flow(flow % 12));
        require(rulebook.check(m) == Reason.REGIME_SUSPENDED, "moves while suspended");
        bytes memory wrong = _wrongStage(IRegime.Stage.SUSPENDED);
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.suspend, ()), wrong);

        bytes memory way = lift ? abi.encodeCall(IRegime.resume, ()) : abi.encodeCall(IRegime.windDown, ());
        require(_call(SUPERVISOR, way), "for ever");
        IRegime.Stage expected = time > WIND_DOWN_END
            ? IRegime.Stage.EXPIRED
            : time > END || !lift ? IRegime.Stage.WIND_DOWN : IRegime.Stage.ACTIVE;
        require(regime.stage() == expected, "stage");
        // A regime that is over cannot be suspended again; one that is not, can.
        require(_call(SUPERVISOR, abi.encodeCall(IRegime.suspend, ())) == (expected == IRegime.Stage.ACTIVE));
    }

    /// @dev The toll is the sum of all suspensions, the present one included; it never falls.
    /// @custom:rule regime.toll
    function testFuzz_Toll_IsTheTimeSuspended(uint32[8] memory spans, bool windDown) public {
        _activate(_programme());
        uint256 sum;
        for (uint256 i = 0; i < 8; ++i) {
            bool suspended = i % 2 == 1;
            uint256 span = spans[i] % 100 days;
            vm.warp(block.timestamp + span);
            if (suspended) sum += span;
            require(regime.tolled() == sum, "toll");
            if (!suspended) _suspend();
            else if (windDown && i == 7) _call(SUPERVISOR, abi.encodeCall(IRegime.windDown, ()));
            else _resume();
            require(regime.tolled() == sum, "toll after a step");
        }
        vm.warp(block.timestamp + spans[0]);
        require(regime.tolled() == sum, "toll without a suspension");
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
        _refused(SUPERVISOR, address(regime), _drafting(_programme()), wrong);
    }

    /// @custom:rule regime.draft
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
        if (fits) require(_call(SUPERVISOR, _drafting(programme)), "within three years, yet refused");
        else _refused(SUPERVISOR, address(regime), _drafting(programme), INVALID);
    }

    /// @custom:rule regime.draft
    function testFuzz_Draft_Figures(uint8 phase, uint64 rate, uint32 period, uint16 haircut, uint16 floor, bool home)
        public
    {
        IRegime.Programme memory programme = _programme();
        (programme.privateFromPhase, programme.period) = (phase % 3, period % 3);
        (programme.referenceRate, programme.home) = (rate % 3, home ? HOME : bytes2(0));
        (programme.haircut, programme.coverageFloor) = (9_999 + haircut % 3, 9_999 + floor % 3);
        if (haircut % 2 == 0) (programme.privateFromPhase, programme.period, programme.referenceRate) = (1, 1, 1);
        bool fits = programme.privateFromPhase > 0 && programme.period > 0 && programme.referenceRate > 0 && home
            && programme.haircut <= 10_000 && programme.coverageFloor >= 10_000;
        if (fits) require(_call(SUPERVISOR, _drafting(programme)), "fits, yet refused");
        else _refused(SUPERVISOR, address(regime), _drafting(programme), INVALID);
    }

    /// @dev Each jurisdiction once, none of them home or nowhere; silence means NONE.
    /// @custom:rule regime.programme-corridors
    function testFuzz_Corridors(bytes2[3] memory places, uint8[3] memory access, uint128 cap, uint8 force) public {
        if (force % 4 == 0) places[1] = places[0];
        if (force % 8 == 1) places[2] = HOME;
        IRegime.Corridor[] memory corridors = new IRegime.Corridor[](3);
        bool fits = true;
        for (uint256 i = 0; i < 3; ++i) {
            corridors[i] = IRegime.Corridor(places[i], IRegime.Access(access[i] % 3), cap);
            if (places[i] == 0 || places[i] == HOME) fits = false;
            for (uint256 j = 0; j < i; ++j) {
                if (places[i] == places[j]) fits = false;
            }
        }
        bytes memory data = abi.encodeCall(IRegime.draft, (_programme(), corridors));
        if (!fits) {
            _refused(SUPERVISOR, address(regime), data, INVALID);
            return;
        }
        _passed(SUPERVISOR, address(regime), data);
        (IRegime.Access before,) = regime.corridorOf(places[0]);
        require(before == IRegime.Access.NONE, "in force before it was co-signed");
        _approve(_programme(), corridors);
        for (uint256 i = 0; i < 3; ++i) {
            (IRegime.Access a, uint128 c) = regime.corridorOf(places[i]);
            require(a == IRegime.Access(access[i] % 3) && c == cap, "another corridor");
        }
        (before, cap) = regime.corridorOf("??");
        require(places[0] == "??" || places[1] == "??" || places[2] == "??" || (before == IRegime.Access.NONE));
    }

    /// @dev One person with both offices stands for anybody who could sign twice.
    /// @custom:rule regime.approve regime.phase actor.co-signature
    function testFuzz_Approve_NeverByTheDrafter(bool drafterIsBoth, bool approverIsBoth) public {
        address both = address(0x1009);
        manager.grantRole(SUPERVISION, both, 0);
        manager.grantRole(CO_APPROVAL, both, 0);
        _passed(drafterIsBoth ? both : SUPERVISOR, address(regime), _drafting(_programme()));
        bytes memory approval = _approval(_programme(), _corridors());
        bytes memory same = abi.encodeWithSelector(IRegime.Regime_SamePerson.selector, both);
        if (!approverIsBoth) require(_approves(approval), "approval");
        else if (drafterIsBoth) _refused(both, address(regime), approval, same);
        else _passed(both, address(regime), approval);
        if (drafterIsBoth && approverIsBoth) return;

        vm.warp(START);
        _passed(both, address(regime), abi.encodeCall(IRegime.activate, ()));
        _passed(drafterIsBoth ? both : SUPERVISOR, address(regime), abi.encodeCall(IRegime.proposePhase, (2)));
        approval = abi.encodeCall(IRegime.approvePhase, (2));
        if (!approverIsBoth) require(_approves(approval), "phase");
        else _passed(both, address(regime), approval);
        _passed(both, address(regime), abi.encodeCall(IRegime.proposePhase, (3)));
        _refused(both, address(regime), abi.encodeCall(IRegime.approvePhase, (3)), same);
    }

    function _approves(bytes memory approval) private returns (bool ok) {
        (ok,) = _tryAfterDelay(address(regime), approval);
    }

    /// @dev The co-approver's signature takes effect after its delay, not before and not without notice.
    /// @custom:rule actor.co-signature
    function testFuzz_Approve_AfterTheDelay(uint32 early) public {
        _passed(SUPERVISOR, address(regime), _drafting(_programme()));
        bytes memory approval = _approval(_programme(), _corridors());
        bytes32 operation = manager.hashOperation(CO_APPROVER, address(regime), approval);
        bytes memory expected = abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation);
        _refused(CO_APPROVER, address(regime), approval, expected);
        vm.prank(CO_APPROVER);
        manager.schedule(address(regime), approval, 0);
        uint256 readyAt = block.timestamp + DELAY;
        vm.warp(readyAt - 1 - early % DELAY);
        expected = abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation);
        _refused(CO_APPROVER, address(regime), approval, expected);
        vm.warp(readyAt);
        _passed(CO_APPROVER, address(regime), approval);
    }

    function testFuzz_Approve_NotWithoutADraft(bytes32 hash) public {
        _refusedAfterDelay(address(regime), abi.encodeCall(IRegime.approve, (hash)), INVALID);
        IRegime.Programme memory none;
        _refusedAfterDelay(address(regime), _approval(none, new IRegime.Corridor[](0)), INVALID);
        // What was approved once is no draft any more.
        _activate(_programme());
        _refusedAfterDelay(address(regime), _approval(_programme(), _corridors()), INVALID);
    }

    /// @dev A signature is for one content. Any redraft, by one field, voids what was read before.
    /// @custom:rule regime.approve
    function testFuzz_Approve_OnlyTheContentThatWasRead(uint256 which, uint64 by, bytes32 other) public {
        IRegime.Programme memory read = _programme();
        _draft(read, _corridors());
        IRegime.Programme memory redrafted = _programme();
        IRegime.Corridor[] memory corridors = _corridors();
        which %= 9;
        by = 1 + by % 20 days;
        if (which == 0) redrafted.start -= by;
        if (which == 1) redrafted.end -= by;
        if (which == 2) redrafted.regimeCap -= by;
        if (which == 3) redrafted.privateCaps.daily += by;
        if (which == 4) redrafted.goods -= by;
        if (which == 5) redrafted.domesticBan = false;
        if (which == 6) corridors[by % 3].cap -= by;
        if (which == 7) corridors[0].access = IRegime.Access.VIA_INTERMEDIARY;
        // 8: drafted anew, and the same.
        _draft(redrafted, corridors);
        bytes32 drafted = keccak256(abi.encode(redrafted, corridors));
        bytes memory changed = abi.encodeWithSelector(IRegime.Regime_ProgrammeChanged.selector, drafted);
        if (which != 8) _refusedAfterDelay(address(regime), _approval(read, _corridors()), changed);
        if (other != drafted) _refusedAfterDelay(address(regime), abi.encodeCall(IRegime.approve, (other)), changed);
        require(regime.stage() == IRegime.Stage.DRAFT, "approved all the same");

        _approve(redrafted, corridors);
        require(regime.stage() == IRegime.Stage.APPROVED);
        require(keccak256(abi.encode(regime.programme())) == keccak256(abi.encode(redrafted)), "another programme");
        _refused(SUPERVISOR, address(regime), _drafting(read), _wrongStage(IRegime.Stage.APPROVED));
    }

    /// @dev A running programme changes by the same two signatures; start and home stay, the end lies ahead, and
    /// until then the old one holds, corridors included.
    /// @custom:rule regime.change
    function testFuzz_Change(uint64 now_, bool suspended, uint8 which, uint64 by, bool late) public {
        _activate(_programme());
        vm.warp(START + now_ % (END - START - 10 days));
        if (suspended) _suspend();
        IRegime.Programme memory p = _programme();
        which %= 5;
        by = 1 + by % 90 days;
        if (which == 0) p.start += by;
        if (which == 1) p.home = ELSEWHERE;
        if (which == 2) p.end = uint64(block.timestamp) - 1;
        if (which == 3) p.end = uint64(block.timestamp) + (late ? DELAY - 1 : DELAY);
        if (which == 4) p.regimeCap = by;
        IRegime.Corridor[] memory corridors = new IRegime.Corridor[](1);
        corridors[0] = IRegime.Corridor(CLOSED, IRegime.Access.DIRECT, by);
        bytes memory data = abi.encodeCall(IRegime.draft, (p, corridors));
        if (which < 3) {
            _refused(SUPERVISOR, address(regime), data, INVALID);
            return;
        }
        _passed(SUPERVISOR, address(regime), data);
        require(regime.programme().regimeCap == _programme().regimeCap, "in force before it was co-signed");
        (IRegime.Access access,) = regime.corridorOf(CLOSED);
        require(access == IRegime.Access.NONE, "corridor before it was co-signed");
        (bool ok,) = _tryAfterDelay(address(regime), _approval(p, corridors));
        require(ok == (which != 3 || !late), "overtaken by time");
        if (!ok) return;
        require(keccak256(abi.encode(regime.programme())) == keccak256(abi.encode(p)), "another programme");
        (access,) = regime.corridorOf(CLOSED);
        require(access == IRegime.Access.DIRECT, "corridor");
        (access,) = regime.corridorOf(ABROAD);
        require(access == IRegime.Access.NONE, "a corridor of the old programme");
        require(regime.stage() == (suspended ? IRegime.Stage.SUSPENDED : IRegime.Stage.ACTIVE), "stage");
    }

    /// @custom:rule regime.activate
    function testFuzz_Activate_FromItsStart(uint256 early) public {
        _draft(_programme(), _corridors());
        bytes memory activation = abi.encodeCall(IRegime.activate, ());
        _refused(SUPERVISOR, address(regime), activation, _wrongStage(IRegime.Stage.DRAFT));
        _approve(_programme(), _corridors());
        vm.warp(START - 1 - early % 20 days);
        bytes memory notStarted = abi.encodeWithSelector(IRegime.Regime_NotStarted.selector, START);
        _refused(SUPERVISOR, address(regime), activation, notStarted);
        vm.warp(START);
        require(_call(SUPERVISOR, activation));
        require(regime.stage() == IRegime.Stage.ACTIVE && regime.phase() == 1);
        require(!_call(SUPERVISOR, activation), "twice");
    }

    /// @dev A walk of random proposals and approvals: the phase only ever grows by one, by two persons who name it.
    /// @custom:rule regime.phase
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
                    require(_approves(approval), "proposed and named, yet refused");
                    ++phase;
                    proposed = false;
                } else {
                    bytes memory wrong = abi.encodeWithSelector(IRegime.Regime_WrongPhase.selector, phase + 1);
                    _refusedAfterDelay(address(regime), approval, wrong);
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
        _refusedAfterDelay(address(regime), abi.encodeCall(IRegime.approvePhase, (2)), _wrongStage(stage));
        _refused(SUPERVISOR, address(regime), abi.encodeCall(IRegime.proposePhase, (2)), _wrongStage(stage));
    }

    /// @dev Parties in good standing and enough balance: what passes depends on the stage alone.
    /// @custom:rule regime.exits-only regime.suspended-nothing-moves
    function testFuzz_Pitfall14_WhatMovesInWhichStage(uint8 stageSeed, uint8 flowSeed, bool early) public {
        IRegime.Stage stage = IRegime.Stage(stageSeed % 6);
        IRulebook.Flow flow = IRulebook.Flow(flowSeed % 12);
        if (stage > IRegime.Stage.DRAFT) {
            _draft(_programme(), _corridors());
            _approve(_programme(), _corridors());
        }
        if (stage > IRegime.Stage.APPROVED) {
            vm.warp(START);
            vm.prank(SUPERVISOR);
            regime.activate();
            vm.prank(RAMP_OFFICE);
            ramp.issue(STATE_ENTITY, 1_000, "covered");
            _leave(stage, early);
        } else {
            manager.grantRole(THE_RAMP, address(this), 0);
            reserve.depositCash(1_000, "covered");
        }
        require(regime.stage() == stage);
        // As the flows are listed: the exits are PAY, REFUND, REDEEM, SEIZE, AWARD, RECOVERY; a net leg's payment in is
        // owed until the wind-down's end; a conversion of a participant's SU leaves, the other one enters.
        string memory exits = "001101100011";
        bool exit = bytes(exits)[uint8(flow)] == "1";
        bool over = stage == IRegime.Stage.WIND_DOWN || stage == IRegime.Stage.EXPIRED;
        bool passes = stage == IRegime.Stage.ACTIVE || (over && exit);
        if (flow == IRulebook.Flow.NET_LEG && stage == IRegime.Stage.WIND_DOWN) passes = true;
        require((rulebook.check(_movement(flow)) == Reason.OK) == passes);
    }

    /// @dev Five units in the ordinary way of each flow, between parties in good standing.
    function _movement(IRulebook.Flow flow) private pure returns (IRulebook.Movement memory m) {
        m = IRulebook.Movement(flow, SELLER, STATE_ENTITY, SELLER, STATE_ENTITY, 5, 5, 0, 0, 0);
        m.trade = _tradeOf(STATE_ENTITY, SELLER);
        if (flow == IRulebook.Flow.ISSUE) {
            (m.payer, m.from, m.payee, m.to) = (address(0), address(0), address(0), MODULE);
        }
        if (flow == IRulebook.Flow.INTAKE) (m.payer, m.from) = (MINING, address(0));
        if (flow == IRulebook.Flow.CONVERT) (m.payer, m.from) = (MODULE, MODULE);
        if (flow == IRulebook.Flow.RECOVERY) (m.payer, m.from) = (STATE_ENTITY_2, STATE_ENTITY_2);
    }

    /// @custom:rule actor.office
    function testFuzz_Restricted(address caller, uint256 which) public {
        bytes[8] memory calls = [
            _drafting(_programme()),
            abi.encodeCall(IRegime.activate, ()),
            abi.encodeCall(IRegime.proposePhase, (2)),
            abi.encodeCall(IRegime.suspend, ()),
            abi.encodeCall(IRegime.resume, ()),
            abi.encodeCall(IRegime.windDown, ()),
            _approval(_programme(), _corridors()),
            abi.encodeCall(IRegime.approvePhase, (2))
        ];
        which %= 8;
        if (caller == (which < 6 ? SUPERVISOR : CO_APPROVER)) caller = STRANGER;
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(regime), calls[which], expected);
    }
}
