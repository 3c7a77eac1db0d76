// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {IRegime} from "./interfaces/IRegime.sol";

/// @title Regime
contract Regime is IRegime, DirectlyManaged {
    /// @dev The legal frame behind an experimental regime allows three years at most.
    uint64 private constant MAX_TERM = 3 * 365 days + 1 days;

    uint16 private constant WHOLE = 10_000;

    Programme private _programme;
    Programme private _draft;
    bytes32 private _draftHash;
    /// @dev Corridors are kept by draft, so that those in force stay until the next ones are co-signed.
    mapping(uint256 draft => mapping(bytes2 jurisdiction => Corridor)) private _corridors;
    uint256 private _drafts;
    uint256 private _draftInForce;

    Stage private _stage;
    uint8 private _phase;
    uint8 private _proposedPhase;
    address private _drafter;
    address private _phaseProposer;
    uint64 private _tolled;
    uint64 private _suspendedAt;

    constructor(address authority) DirectlyManaged(authority) {}

    /// @inheritdoc IRegime
    function draft(Programme calldata programme_, Corridor[] calldata corridors) external restricted {
        _requireDraftable(programme_);
        _requireValid(programme_);
        _draft = programme_;
        ++_drafts;
        for (uint256 i = 0; i < corridors.length; ++i) {
            bytes2 jurisdiction = corridors[i].jurisdiction;
            bool isNew = _corridors[_drafts][jurisdiction].jurisdiction == 0;
            require(isNew && jurisdiction != 0 && jurisdiction != programme_.home, Regime_InvalidProgramme());
            _corridors[_drafts][jurisdiction] = corridors[i];
        }
        _draftHash = keccak256(abi.encode(programme_, corridors));
        _drafter = msg.sender;
        emit ProgrammeDrafted(msg.sender, programme_, corridors);
    }

    /// @inheritdoc IRegime
    function approve(bytes32 programmeHash) external restricted {
        require(_draftHash != 0, Regime_InvalidProgramme());
        require(programmeHash == _draftHash, Regime_ProgrammeChanged(_draftHash));
        // What was fine when it was drafted may have been overtaken since.
        _requireDraftable(_draft);
        require(msg.sender != _drafter, Regime_SamePerson(msg.sender));
        _programme = _draft;
        _draftInForce = _drafts;
        delete _draftHash;
        if (_stage == Stage.DRAFT) _stage = Stage.APPROVED;
        emit ProgrammeApproved(msg.sender);
    }

    /// @inheritdoc IRegime
    function activate() external restricted {
        _requireStage(Stage.APPROVED);
        require(block.timestamp >= _programme.start, Regime_NotStarted(_programme.start));
        _phase = 1;
        _setStage(Stage.ACTIVE);
        emit PhaseOpened(msg.sender, 1);
    }

    /// @inheritdoc IRegime
    function proposePhase(uint8 phase_) external restricted {
        _requireStage(Stage.ACTIVE);
        require(phase_ == _phase + 1, Regime_WrongPhase(_phase + 1));
        _proposedPhase = phase_;
        _phaseProposer = msg.sender;
        emit PhaseProposed(msg.sender, phase_);
    }

    /// @inheritdoc IRegime
    function approvePhase(uint8 phase_) external restricted {
        _requireStage(Stage.ACTIVE);
        require(phase_ == _phase + 1 && phase_ == _proposedPhase, Regime_WrongPhase(_phase + 1));
        require(msg.sender != _phaseProposer, Regime_SamePerson(msg.sender));
        _phase = phase_;
        emit PhaseOpened(msg.sender, phase_);
    }

    /// @inheritdoc IRegime
    function suspend() external restricted {
        _requireStage(Stage.ACTIVE);
        _suspendedAt = uint64(block.timestamp);
        _setStage(Stage.SUSPENDED);
    }

    /// @inheritdoc IRegime
    function resume() external restricted {
        _requireStage(Stage.SUSPENDED);
        _tolled = tolled();
        _setStage(Stage.ACTIVE);
    }

    /// @inheritdoc IRegime
    function windDown() external restricted {
        Stage now_ = stage();
        require(now_ == Stage.ACTIVE || now_ == Stage.SUSPENDED, Regime_WrongStage(now_));
        _tolled = tolled();
        _setStage(Stage.WIND_DOWN);
    }

    /// @inheritdoc IRegime
    function stage() public view returns (Stage) {
        if (_stage == Stage.DRAFT || _stage == Stage.SUSPENDED) return _stage;
        if (block.timestamp > _programme.windDownEnd) return Stage.EXPIRED;
        if (block.timestamp > _programme.end) return Stage.WIND_DOWN;
        return _stage;
    }

    /// @inheritdoc IRegime
    function phase() external view returns (uint8) {
        return _phase;
    }

    /// @inheritdoc IRegime
    function law() external view returns (Law memory) {
        Programme storage p = _inForce();
        return Law({
            stage: stage(),
            phase: _phase,
            end: p.end,
            home: p.home,
            privateFromPhase: p.privateFromPhase,
            domesticBan: p.domesticBan,
            directPayments: p.directPayments,
            queueBypass: p.queueBypass,
            instruments: p.instruments,
            goods: p.goods,
            period: p.period,
            maxListAge: p.maxListAge,
            maxHolding: p.maxHolding,
            maxExposure: p.maxExposure,
            coverageFloor: p.coverageFloor,
            haircut: p.haircut,
            referenceRate: p.referenceRate
        });
    }

    /// @inheritdoc IRegime
    function capsOf(bool state) external view returns (ClassCaps memory caps, uint128 regimeCap) {
        Programme storage p = _inForce();
        return (state ? p.stateCaps : p.privateCaps, p.regimeCap);
    }

    /// @inheritdoc IRegime
    function programme() external view returns (Programme memory) {
        return _inForce();
    }

    /// @inheritdoc IRegime
    function corridorOf(bytes2 jurisdiction) external view returns (Access access, uint128 cap) {
        Corridor storage corridor = _corridors[_draftInForce][jurisdiction];
        return (corridor.access, corridor.cap);
    }

    /// @inheritdoc IRegime
    function tolled() public view returns (uint64) {
        if (_stage != Stage.SUSPENDED) return _tolled;
        return _tolled + uint64(block.timestamp) - _suspendedAt;
    }

    /// @dev Before the first approval the draft, which nothing may move by.
    function _inForce() private view returns (Programme storage) {
        return _stage == Stage.DRAFT ? _draft : _programme;
    }

    function _setStage(Stage stage_) private {
        _stage = stage_;
        // Time may have taken the regime further than to where it was sent.
        emit StageChanged(msg.sender, stage());
    }

    function _requireStage(Stage expected) private view {
        Stage now_ = stage();
        require(now_ == expected, Regime_WrongStage(now_));
    }

    /// @dev The first programme starts in the future. A change keeps what everybody has relied on.
    function _requireDraftable(Programme memory programme_) private view {
        Stage now_ = stage();
        if (now_ == Stage.DRAFT) {
            require(block.timestamp <= programme_.start, Regime_InvalidProgramme());
            return;
        }
        require(now_ == Stage.ACTIVE || now_ == Stage.SUSPENDED, Regime_WrongStage(now_));
        require(
            programme_.start == _programme.start && programme_.home == _programme.home
                && programme_.end >= block.timestamp,
            Regime_InvalidProgramme()
        );
    }

    function _requireValid(Programme calldata programme_) private pure {
        bool ordered = programme_.start < programme_.end && programme_.end < programme_.windDownEnd;
        bool inFrame = ordered && programme_.end - programme_.start <= MAX_TERM;
        bool figures = programme_.privateFromPhase > 0 && programme_.referenceRate > 0 && programme_.period > 0
            && programme_.haircut <= WHOLE && programme_.coverageFloor >= WHOLE;
        require(inFrame && figures && programme_.home != 0, Regime_InvalidProgramme());
    }
}
