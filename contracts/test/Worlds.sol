// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Role} from "../src/Role.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {ITradeRegistry} from "../src/interfaces/ITradeRegistry.sol";
import {Reference} from "./Reference.sol";

/// @title Random worlds: a programme, two parties with a past, and what became of them
/// @notice Every rule is violated now and then; a fair share violates none.
abstract contract Worlds is Reference {
    address internal constant A = address(0xa);
    address internal constant A2 = address(0xa2);
    address internal constant B = address(0xb);
    bytes32 internal constant TRADE = "the trade";

    bool internal _knownA;
    bool internal _knownB;
    uint256 private _tight;

    function _world(uint256 seed) internal {
        _sow(seed);
        _tight = _pick(9);
        vm.recordLogs();
        manager.grantRole(THE_RAMP, address(this), 0);
        reserve.depositCash(_pick(2) * _pick(2_000), "surplus");
        _knownA = !_oneIn(30);
        _knownB = !_oneIn(30);
        if (_knownA) _register(A, _randomProfile(HOME));
        if (_knownB) _register(B, _randomProfile([ABROAD, ELSEWHERE][_pick(2)]));
        if (_knownA) {
            _addWallet(_nameOf(A), A2);
        }
        _openTradeOfTheTwo();
        IRegime.Stage stage = _oneIn(4) ? IRegime.Stage(_pick(6)) : IRegime.Stage.ACTIVE;
        if (stage <= IRegime.Stage.APPROVED) {
            _draft(_randomProgramme(), _randomCorridors());
            if (stage == IRegime.Stage.APPROVED) _approve(regime.programme(), _lastCorridors);
            return;
        }
        _activate(_randomProgramme(), _randomCorridors());
        if (_oneIn(2)) _openPhaseTwo();
        _past();
        _mishaps();
        _leave(stage, _oneIn(2));
        if (_oneIn(2)) vm.warp(block.timestamp + _pick(9 days));
    }

    IRegime.Corridor[] internal _lastCorridors;

    /// @dev Of seven kinds of caps mostly one is tight, so that no other hides it.
    function _cap(uint256 kind) internal returns (uint128) {
        return kind == _tight || _oneIn(20) ? uint128(20 + _pick(600)) : NO_CAP;
    }

    function _randomProgramme() internal returns (IRegime.Programme memory p) {
        p = _programme();
        (p.domesticBan, p.directPayments) = (!_oneIn(5), !_oneIn(10));
        p.privateFromPhase = uint8(1 + _pick(2));
        if (_oneIn(16)) p.goods = uint128(1) << 12;
        if (_oneIn(3)) p.instruments = uint16(_pick(2 ** 16));
        p.period = uint32(1 days + _pick(12 days));
        if (_oneIn(6)) p.maxListAge = uint32(36 days + _pick(14 days));
        if (_oneIn(3)) p.maxHolding = uint32(_pick(12 days));
        if (_oneIn(3)) p.maxExposure = uint128(_pick(1_500));
        p.referenceRate = [uint64(1e6), 2_500_000, 333_333][_pick(3)];
        p.coverageFloor = uint16(10_000 + _pick(2) * _pick(3_000));
        p.stateCaps = IRegime.ClassCaps(_cap(0), _cap(1), _cap(2), _cap(3));
        p.privateCaps = IRegime.ClassCaps(_cap(0), _cap(1), _cap(2), _cap(3));
        p.regimeCap = _cap(4);
    }

    function _randomCorridors() internal returns (IRegime.Corridor[] memory corridors) {
        corridors = _corridors();
        for (uint256 i = 0; i < 3; ++i) {
            if (_oneIn(6)) corridors[i].access = IRegime.Access(_pick(3));
            corridors[i].cap = _cap(5);
            _lastCorridors.push(corridors[i]);
        }
    }

    /// @dev Mostly somebody who trades from `place` as one does there.
    function _randomProfile(bytes2 place) internal returns (IParticipants.Profile memory p) {
        if (_oneIn(10)) place = [HOME, ABROAD, ELSEWHERE, CLOSED][_pick(4)];
        p = _sound(place == HOME ? Role.SETTLER : Role.COUNTERPARTY, place);
        if (_oneIn(4)) p.roles |= Role.MINER;
        if (_oneIn(10)) p.roles = uint16(1 + _pick(Role.ALL));
        if (_oneIn(3)) p.ownership = IParticipants.OwnershipClass.PRIVATE;
        if (_oneIn(16)) p.ownerJurisdiction = [HOME, ABROAD][_pick(2)];
        if (_oneIn(6)) p.intermediary = [_nameOf(INTERMEDIARY), _nameOf(BANK), 0][_pick(3)];
        p.sponsor = _nameOf(BANK);
        p.cap = _cap(6);
    }

    function _openTradeOfTheTwo() private {
        if (!_knownA || _oneIn(30)) return;
        uint128 value = uint128(_oneIn(3) ? 1 + _pick(400) : PLENTY);
        uint64 until = _oneIn(10) ? START + uint64(_pick(20 days)) : FAR;
        vm.prank(BANK);
        trades.register(TRADE, _nameOf(A), _nameOf(_oneIn(12) ? SELLER : B), value, until, CHAPTER);
        bytes memory record = abi.encodeCall(ITradeRegistry.recordTravel, (TRADE, "travel"));
        if (!_oneIn(16)) _passed(A, address(trades), record);
        _passed(A, address(trades), abi.encodeCall(ITradeRegistry.designate, (TRADE)));
        // By B's leave, if B is a party at all.
        _try(B, address(trades), abi.encodeCall(ITradeRegistry.designate, (TRADE)));
    }

    /// @dev A few gifts and payments between the two, as they pass, with time between them.
    function _past() private {
        address[2] memory both = [A, B];
        for (uint256 i = 0; i < 2; ++i) {
            if (!(i == 0 ? _knownA : _knownB)) continue;
            uint128 amount = uint128(_pick(1_000));
            reserve.depositCash(amount, "gift");
            _give(both[i], amount);
        }
        reserve.depositCash(2_000, "inventory");
        vm.prank(RAMP_OFFICE);
        ramp.issue(MODULE, 500, "inventory");
        if (_oneIn(3)) _tryIntake(_oneIn(2) ? TRADE : _tradeOf(STATE_ENTITY, SELLER));
        if (_oneIn(4)) _freeze(A, _pick(1_000));
        _book();
        for (uint256 i = _pick(5); i > 0; --i) {
            vm.warp(block.timestamp + _pick(3) * _pick(4 days));
            uint256 from = _pick(2);
            _try(both[from], address(token), abi.encodeCall(IERC20.transfer, (both[1 - from], 1 + _pick(200))));
            _book();
        }
    }

    function _tryIntake(bytes32 trade) internal returns (bool ok) {
        (ok,) = _try(
            MODULE,
            address(token),
            abi.encodeCall(ISettlementToken.intake, (MINING, A, 1 + uint128(_pick(300)), "mined", trade))
        );
    }

    function _mishaps() private {
        address[4] memory them = [A, B, BANK, INTERMEDIARY];
        for (uint256 i = 0; i < 4; ++i) {
            if ((i == 0 && !_knownA) || (i == 1 && !_knownB)) continue;
            if (_oneIn(i < 2 ? 3 : 6)) _mishap(them[i], _pick(10));
        }
        if (_oneIn(16)) _publish(2);
        if (_knownA && _oneIn(16)) {
            vm.prank(SUPERVISOR);
            participants.retireWallet(_nameOf(A), A2);
        }
    }

    function _publish(uint32 version) internal {
        vm.prank(REVIEWER);
        participants.publishList(version, "another list");
        address[4] memory them = [A, B, BANK, INTERMEDIARY];
        for (uint256 i = 0; i < 4; ++i) {
            if (participants.participantOf(them[i]) != 0 && !_oneIn(6)) _rescreen(them[i]);
        }
    }

    /// @dev The same result against the present list.
    function _rescreen(address wallet) internal {
        _screen(wallet, _profileOf(wallet).screening);
    }

    function _mishap(address wallet, uint256 which) private {
        if (which == 0 || which == 8 || which == 9) _screen(wallet, IParticipants.Screening(1 + _pick(4)));
        if (which == 1 || which == 6 || which == 7) _setLicence(wallet, IParticipants.LicenceStatus(_pick(4)), FAR);
        if (which == 2) _setLicence(wallet, IParticipants.LicenceStatus.ACTIVE, _aroundNow());
        if (which == 3) _renewKyc(wallet, _aroundNow());
        if (which == 4) _own(wallet, [HOME, ABROAD][_pick(2)]);
        if (which == 5) _sponsor(wallet, [_nameOf(BANK), _nameOf(SELLER), 0][_pick(3)]);
    }

    /// @dev As far as the sponsor allows.
    function _setLicence(address wallet, IParticipants.LicenceStatus licence, uint64 until) private {
        bytes memory data =
            abi.encodeCall(IParticipants.setLicence, (participants.participantOf(wallet), licence, until));
        _try(SUPERVISOR, address(participants), data);
    }

    function _aroundNow() internal returns (uint64) {
        return uint64(block.timestamp - 1 + _pick(3));
    }

    // Questions

    /// @dev Mostly what the flow is meant for, between A and B.
    function _randomMovement() internal returns (IRulebook.Movement memory m) {
        m.flow = IRulebook.Flow(_pick(12));
        m.trade = _oneIn(20) ? bytes32("another") : TRADE;
        (m.payer, m.payee) = _oneIn(2) ? (A, B) : (B, A);
        (m.from, m.to) = (m.payer, m.payee);
        _fitFlow(m);
        if (_oneIn(20)) m.payer = [A, B, A2, address(0), MODULE, STRANGER][_pick(6)];
        if (_oneIn(20)) m.payee = [A, B, A2, address(0), MODULE, STRANGER][_pick(6)];
        if (_oneIn(12)) m.from = A2;
        if (_oneIn(12)) m.to = A2;
        m.amount = _oneIn(20) ? 0 : 1 + _pick(200);
        m.balance = _pick(8) == 0 ? _pick(200) : 200 + _pick(800);
        if (_oneIn(6)) m.frozen = _pick(1_000);
        if (_oneIn(6)) m.earmarked = _pick(1_000);
        if (m.from == address(0)) m.balance = token.totalSupply();
        if (m.from == address(0) && _oneIn(4)) m.amount *= 100;
    }

    function _fitFlow(IRulebook.Movement memory m) private {
        IRulebook.Flow flow = m.flow;
        if (flow == IRulebook.Flow.FUND) m.to = MODULE;
        if (flow == IRulebook.Flow.PAY || flow == IRulebook.Flow.AWARD) m.from = MODULE;
        if (flow == IRulebook.Flow.REFUND) (m.from, m.payee, m.to) = (MODULE, m.payer, m.payer);
        if (flow == IRulebook.Flow.ISSUE) {
            m.payer = m.from = address(0);
            m.payee = m.to = _oneIn(3) ? MODULE : A;
            if (m.to == MODULE) m.payee = address(0);
        }
        if (flow == IRulebook.Flow.INTAKE) {
            (m.payer, m.from) = (MINING, address(0));
            m.payee = m.to = A;
        }
        if (flow == IRulebook.Flow.REDEEM) m.payee = m.to = address(0);
        if (flow == IRulebook.Flow.NET_LEG || flow == IRulebook.Flow.CONVERT) {
            if (_oneIn(2)) m.payer = m.from = MODULE;
            else m.payee = m.to = MODULE;
        }
        if (flow == IRulebook.Flow.RECOVERY) (m.payer, m.from, m.payee, m.to) = (A2, A2, A, A);
    }
}
