// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Reason} from "../src/Reason.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

/// @notice The Rulebook against a reference without order: collect every violated rule, answer the lowest code.
contract RulebookTest is Fixture {
    address private constant A = address(0xa);
    address private constant B = address(0xb);

    uint8 private _worst;
    uint256 private _time;

    /// @dev A random programme, stage, phase and two random parties.
    function _world(uint256 seed) private {
        _sow(seed);
        IRegime.Programme memory programme = _programme();
        programme.domesticBan = !_oneIn(5);
        programme.directPayments = !_oneIn(8);
        IRegime.Stage stage = _oneIn(3) ? IRegime.Stage(_pick(6)) : IRegime.Stage.ACTIVE;
        if (stage > IRegime.Stage.APPROVED) {
            _activate(programme);
            if (_oneIn(2)) _openPhaseTwo();
            _leave(stage, _oneIn(2));
        } else {
            _draft(programme);
            if (stage == IRegime.Stage.APPROVED) _approve();
        }
        if (_randomParty(A, block.timestamp)) _randomScreening(A);
        if (_randomParty(B, block.timestamp)) _randomScreening(B);
    }

    function _begin(uint256 time) private {
        _worst = type(uint8).max;
        _time = time;
    }

    function _answer() private view returns (uint8) {
        return _worst == type(uint8).max ? 0 : _worst;
    }

    function _note(bool violated, uint8 reason) private {
        if (violated && reason < _worst) _worst = reason;
    }

    function _noteStage(bool exit) private {
        IRegime.Stage stage = regime.stage();
        _note(stage == IRegime.Stage.DRAFT || stage == IRegime.Stage.APPROVED, Reason.REGIME_NOT_ACTIVE);
        _note(stage == IRegime.Stage.SUSPENDED, Reason.REGIME_SUSPENDED);
        _note(stage == IRegime.Stage.WIND_DOWN && !exit, Reason.REGIME_WINDING_DOWN);
        _note(stage == IRegime.Stage.EXPIRED && !exit, Reason.REGIME_EXPIRED);
    }

    function _noteKnown(address wallet) private returns (bool known) {
        known = participants.participantOf(wallet) != 0;
        _note(!known, Reason.PARTICIPANT_UNKNOWN);
    }

    function _noteScreening(address wallet) private {
        if (!_noteKnown(wallet)) return;
        IParticipants.Screening screening = _profileOf(wallet).screening;
        _note(screening == IParticipants.Screening.TRUE_MATCH, Reason.LISTED_PARTY);
        _note(_isHeld(screening), Reason.SCREENING_HOLD);
    }

    function _noteStanding(address wallet, uint8 roles) private {
        if (!_noteKnown(wallet)) return;
        IParticipants.Profile memory p = _profileOf(wallet);
        _note(p.licence == IParticipants.LicenceStatus.NONE, Reason.LICENCE_MISSING);
        _note(p.licence == IParticipants.LicenceStatus.SUSPENDED, Reason.LICENCE_SUSPENDED);
        _note(p.licence == IParticipants.LicenceStatus.REVOKED, Reason.LICENCE_REVOKED);
        _note(p.licenceUntil < _time, Reason.LICENCE_EXPIRED);
        _note(p.roles & roles == 0, Reason.ROLE_MISSING);
        _note(p.kycUntil < _time, Reason.KYC_EXPIRED);
        bool closed = p.roles & SETTLER != 0 && p.ownership == IParticipants.OwnershipClass.PRIVATE
            && regime.phase() < regime.programme().privateFromPhase;
        _note(closed, Reason.PHASE_CLOSED);
    }

    function _noteResidency(address a, address b) private {
        if (!_noteKnown(a) || !_noteKnown(b)) return;
        bool both = _residentOf(a) && _residentOf(b);
        bool neither = !_residentOf(a) && !_residentOf(b);
        _note(both && regime.programme().domesticBan, Reason.DOMESTIC_PAYMENT);
        _note(neither, Reason.NO_RESIDENT_PARTY);
    }

    /// @dev A hold on one party comes before a listing of the other: the first row of the table.
    function _noteBothScreenings(address a, address b) private {
        if (!_noteKnown(a) || !_noteKnown(b)) return;
        IParticipants.Screening x = _profileOf(a).screening;
        IParticipants.Screening y = _profileOf(b).screening;
        bool listed = x == IParticipants.Screening.TRUE_MATCH || y == IParticipants.Screening.TRUE_MATCH;
        _note(listed, Reason.LISTED_PARTY);
        _note(_isHeld(x) || _isHeld(y), Reason.SCREENING_HOLD);
    }

    function _isHeld(IParticipants.Screening screening) private pure returns (bool) {
        return screening == IParticipants.Screening.UNSCREENED || screening == IParticipants.Screening.POTENTIAL;
    }

    function _noteTrade(address a, address b) private {
        _noteStanding(a, _tradesAs(_profileOf(a)));
        _noteStanding(b, _tradesAs(_profileOf(b)));
        _noteResidency(a, b);
        _noteBothScreenings(a, b);
    }

    function _expected(IRulebook.Movement memory m) private returns (uint8) {
        _begin(block.timestamp);
        bool entry = m.flow == IRulebook.Flow.DIRECT || m.flow == IRulebook.Flow.FUND || m.flow == IRulebook.Flow.ISSUE;
        _noteStage(!entry);
        if (m.flow == IRulebook.Flow.DIRECT) _note(!regime.programme().directPayments, Reason.FLOW_NOT_PERMITTED);
        if (m.flow == IRulebook.Flow.ISSUE) {
            _noteStanding(m.payee, SETTLER);
            _noteScreening(m.payee);
            return _answer();
        }
        if (entry) _noteTrade(m.payer, m.payee);
        if (m.flow == IRulebook.Flow.PAY) _noteResidency(m.payer, m.payee);
        if (m.flow == IRulebook.Flow.SEIZE) _noteStanding(m.payee, SETTLER | COUNTERPARTY | EXAMINER);
        if (!entry) _noteScreening(m.flow == IRulebook.Flow.REDEEM ? m.payer : m.payee);
        _note(m.amount > m.balance, Reason.INSUFFICIENT_BALANCE);
        bool frozen = m.amount <= m.balance && m.balance - m.amount < m.frozen && m.amount > 0;
        _note(frozen && m.flow != IRulebook.Flow.SEIZE, Reason.FROZEN);
        return _answer();
    }

    /// forge-config: default.fuzz.runs = 1024
    function testFuzz_Check_EqualsTheReference(uint256 seed, uint8 flow, uint8 amount, uint8 balance, uint8 frozen)
        public
    {
        _world(seed);
        if (seed % 2 == 0) (balance, frozen) = (balance | 128, frozen % 64);
        IRulebook.Movement memory movement =
            IRulebook.Movement(IRulebook.Flow(flow % 7), A, _oneIn(12) ? A : B, amount, balance, frozen);
        uint8 reason = rulebook.check(movement);
        require(reason == _expected(movement), "another reason than the reference");
    }

    /// forge-config: default.fuzz.runs = 1024
    function testFuzz_CheckOpening_EqualsTheReference(uint256 seed, uint256 ahead) public {
        _world(seed);
        uint256 until = _oneIn(2) ? END - 1 + ahead % 3 : block.timestamp + ahead % 100 days;
        if (_oneIn(3) && participants.participantOf(A) != 0) {
            _license(A, IParticipants.LicenceStatus.ACTIVE, uint64(until - 1 + _pick(3)));
        }
        if (_oneIn(3) && participants.participantOf(B) != 0) {
            _renewKyc(B, uint64(until - 1 + _pick(3)));
        }
        _begin(until);
        _noteStage(false);
        _note(until > END, Reason.BEYOND_REGIME);
        _noteTrade(A, B);
        require(rulebook.checkOpening(A, B, until) == _answer());
    }

    function testFuzz_CheckParty_EqualsTheReference(uint256 seed) public {
        _world(seed);
        _begin(block.timestamp);
        _noteStanding(A, SETTLER | COUNTERPARTY | EXAMINER);
        _noteScreening(A);
        require(rulebook.checkParty(A) == _answer(), "party");

        _begin(block.timestamp);
        _noteStanding(A, EXAMINER);
        _noteScreening(A);
        require(rulebook.checkExaminer(A) == _answer(), "examiner");
    }

    function testFuzz_EveryRefusalHasASentence(uint256 seed, uint8 flow, uint8 amount, uint8 balance, uint8 frozen)
        public
    {
        _world(seed);
        uint8 reason = rulebook.check(IRulebook.Movement(IRulebook.Flow(flow % 7), A, B, amount, balance, frozen));
        require(bytes(token.messageForTransferRestriction(reason)).length > 0);
    }

    /// @dev A shell abroad with a resident owner is resident, on either side and in every flow between two.
    function testFuzz_ForeignShellOfAResidentIsResident(bool swap, uint8 flowSeed, bool ban) public {
        IRegime.Programme memory programme = _programme();
        programme.domesticBan = ban;
        _activate(programme);
        IRulebook.Flow flow = [IRulebook.Flow.DIRECT, IRulebook.Flow.FUND, IRulebook.Flow.PAY][flowSeed % 3];
        (address payer, address payee) = swap ? (SHELL, STATE_BANK) : (STATE_BANK, SHELL);
        uint8 expected = ban ? Reason.DOMESTIC_PAYMENT : Reason.OK;
        require(rulebook.check(IRulebook.Movement(flow, payer, payee, 1, 1, 0)) == expected, "with the bank");
        (payer, payee) = swap ? (SHELL, SELLER) : (SELLER, SHELL);
        require(rulebook.check(IRulebook.Movement(flow, payer, payee, 1, 1, 0)) == Reason.OK, "with a foreigner");
    }

    /// @dev At home with SETTLER, abroad with COUNTERPARTY, whoever owns it: nothing else trades, on either side.
    function testFuzz_Trade_RoleOfThePlace(uint8 roles, uint256 where, bool ownedAtHome, bool swap, bool fund) public {
        IRegime.Programme memory programme = _programme();
        (programme.home, programme.domesticBan) = (where % 5 == 0 ? ELSEWHERE : HOME, false);
        _activate(programme);
        roles = 1 + roles % 7;
        bytes2 place = [HOME, ABROAD, ELSEWHERE][where % 3];
        bytes2 owner = ownedAtHome ? programme.home : place;
        _register(A, roles, IParticipants.OwnershipClass.STATE, place, owner);
        // Somebody from the other side of the border, in the role that fits.
        bool resident = place == programme.home || ownedAtHome;
        bytes2 other = resident ? ABROAD : programme.home;
        _register(B, resident ? COUNTERPARTY : SETTLER, IParticipants.OwnershipClass.STATE, other, other);
        bool fits = place == programme.home ? roles % 2 == 1 : (roles / 2) % 2 == 1;
        uint8 expected = fits ? Reason.OK : Reason.ROLE_MISSING;

        (address payer, address payee) = swap ? (B, A) : (A, B);
        IRulebook.Flow flow = fund ? IRulebook.Flow.FUND : IRulebook.Flow.DIRECT;
        require(rulebook.check(IRulebook.Movement(flow, payer, payee, 1, 1, 0)) == expected, "movement");
        require(rulebook.checkOpening(payer, payee, END) == expected, "opening");
        // Once a trade was entered, roles are not asked again; and anybody may have some role.
        require(rulebook.check(IRulebook.Movement(IRulebook.Flow.PAY, payer, payee, 1, 1, 0)) == Reason.OK, "payment");
        require(rulebook.checkParty(A) == Reason.OK, "party");
    }

    /// @dev Only somebody in full good standing receives what was seized; the other exits ask for a clear payee.
    function testFuzz_Seize_OnlyToSomebodyInGoodStanding(uint256 seed, uint8 stageSeed, bool early) public {
        _activate(_programme());
        _leave([IRegime.Stage.ACTIVE, IRegime.Stage.WIND_DOWN, IRegime.Stage.EXPIRED][stageSeed % 3], early);
        _sow(seed);
        if (_randomParty(B, block.timestamp)) _randomScreening(B);
        _begin(block.timestamp);
        _noteStanding(B, SETTLER | COUNTERPARTY | EXAMINER);
        _noteScreening(B);
        require(rulebook.check(IRulebook.Movement(IRulebook.Flow.SEIZE, A, B, 1, 1, 1)) == _answer(), "seizure");
        _begin(block.timestamp);
        _noteScreening(B);
        require(rulebook.check(IRulebook.Movement(IRulebook.Flow.REFUND, B, B, 1, 1, 0)) == _answer(), "refund");
    }

    /// @dev The worlds of these tests are no desert: a fair share of movements passes, and every code turns up.
    function test_WorldsAreVaried() public {
        uint256 start = vm.snapshotState();
        uint256 passed;
        uint256 seen;
        for (uint256 seed = 0; seed < 600; ++seed) {
            _world(seed);
            IRulebook.Flow flow = IRulebook.Flow(_pick(7));
            uint8 reason = rulebook.check(IRulebook.Movement(flow, A, B, _pick(100), 50 + _pick(100), _pick(50)));
            seen |= 1 << reason;
            if (reason == 0) ++passed;
            require(vm.revertToState(start));
        }
        require(passed > 120, "too few pass");
        uint8[17] memory codes = [10, 11, 12, 13, 20, 30, 40, 41, 42, 43, 50, 60, 70, 80, 81, 110, 120];
        for (uint256 i = 0; i < codes.length; ++i) {
            require(seen >> codes[i] & 1 == 1, "a code never turns up");
        }
        require(seen >> Reason.FROZEN & 1 == 1 && seen >> Reason.INSUFFICIENT_BALANCE & 1 == 1);
    }
}
