// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IRegime} from "./interfaces/IRegime.sol";

/// @title Regime
contract Regime is IRegime, AccessManaged {
    /// @dev The legal frame behind an experimental regime allows three years at most.
    uint64 private constant MAX_TERM = 3 * 365 days + 1 days;

    Programme private _programme;
    Stage private _stage;
    uint8 private _phase;
    uint8 private _proposedPhase;
    address private _proposer;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IRegime
    function draft(Programme calldata programme_) external restricted {
        _requireStage(Stage.DRAFT);
        bool ordered = block.timestamp <= programme_.start && programme_.start < programme_.end
            && programme_.end < programme_.windDownEnd;
        require(
            ordered && programme_.end - programme_.start <= MAX_TERM && programme_.home != 0
                && programme_.privateFromPhase > 0,
            Regime_InvalidProgramme()
        );
        _programme = programme_;
        _proposer = msg.sender;
        emit ProgrammeDrafted(msg.sender, programme_);
    }

    /// @inheritdoc IRegime
    function approve(bytes32 programmeHash) external restricted {
        _requireStage(Stage.DRAFT);
        require(_programme.start != 0, Regime_InvalidProgramme());
        _requireAnotherPerson();
        bytes32 drafted = keccak256(abi.encode(_programme));
        require(programmeHash == drafted, Regime_ProgrammeChanged(drafted));
        _stage = Stage.APPROVED;
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
        _proposer = msg.sender;
        emit PhaseProposed(msg.sender, phase_);
    }

    /// @inheritdoc IRegime
    function approvePhase(uint8 phase_) external restricted {
        _requireStage(Stage.ACTIVE);
        require(phase_ == _phase + 1 && phase_ == _proposedPhase, Regime_WrongPhase(_phase + 1));
        _requireAnotherPerson();
        _phase = phase_;
        emit PhaseOpened(msg.sender, phase_);
    }

    /// @inheritdoc IRegime
    function suspend() external restricted {
        _requireStage(Stage.ACTIVE);
        _setStage(Stage.SUSPENDED);
    }

    /// @inheritdoc IRegime
    function resume() external restricted {
        _requireStage(Stage.SUSPENDED);
        _setStage(Stage.ACTIVE);
    }

    /// @inheritdoc IRegime
    function windDown() external restricted {
        Stage now_ = stage();
        require(now_ == Stage.ACTIVE || now_ == Stage.SUSPENDED, Regime_WrongStage(now_));
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
    function programme() external view returns (Programme memory) {
        return _programme;
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

    function _requireAnotherPerson() private view {
        require(msg.sender != _proposer, Regime_SamePerson(msg.sender));
    }
}
