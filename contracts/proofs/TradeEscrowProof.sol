// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TradeEscrow} from "../src/TradeEscrow.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {ITermsCheck} from "../src/interfaces/ITermsCheck.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {Anything, svm, vm} from "./Symbolic.sol";

/// @notice A token that moves what it is told to and counts it; whether a payout arrived it answers either way.
contract CountingToken is Anything {
    uint256 public taken;
    uint256 public given;

    function take(IRulebook.Flow, address, address, uint256 amount, bytes32, bytes32) external {
        taken += amount;
    }

    function payOut(IRulebook.Flow, address, address, uint256 amount, bytes32, bytes32) external returns (bool) {
        given += amount;
        return svm.createBool("arrived");
    }

    function impound(IRulebook.Flow, address, address, uint256 amount, bytes32, bytes32) external {
        given += amount;
    }

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external pure {
        if (svm.createBool("spent before")) revert();
    }
}

/// @title The money of a credit, from any state and by anybody's call
/// @notice The real escrow, every word of its storage arbitrary but for what is assumed: that the credit is solvent.
/// Each proof makes one call, with any arguments, by any caller, at any time, and shows that the credit is solvent
/// still, and that the total locked and the token's balance moved by what the credit's locked money did.
contract TradeEscrowProof {
    bytes32 private constant CREDIT = "credit";

    CountingToken private _token;
    TradeEscrow private _escrow;
    uint256 private _locked;
    uint256 private _total;

    function setUp() public {
        address anything = address(new Anything());
        _token = new CountingToken();
        _escrow = new TradeEscrow(
            anything,
            ISettlementToken(address(_token)),
            IRulebook(anything),
            IRegime(anything),
            IParticipants(anything),
            ITermsCheck(anything)
        );
        svm.enableSymbolicStorage(address(_escrow));
        vm.assume(_escrow.authority() == anything);
        vm.assume(_isSolvent());
        _locked = _escrow.lockedOf(CREDIT);
        _total = _escrow.totalLocked();
        vm.warp(svm.createUint(64, "now"));
    }

    modifier keepsSolvent() {
        vm.prank(svm.createAddress("caller"));
        _;
        assert(_isSolvent());
        unchecked {
            uint256 moved = _escrow.lockedOf(CREDIT) - _locked;
            assert(_escrow.totalLocked() - _total == moved);
            assert(_token.taken() - _token.given() == moved);
        }
    }

    function check_Cancel() external keepsSolvent {
        _escrow.cancel(CREDIT);
    }

    function check_Fund() external keepsSolvent {
        _escrow.fund(CREDIT);
    }

    function check_FundWithPermit(uint256 deadline, uint8 v, bytes32 r, bytes32 s) external keepsSolvent {
        _escrow.fundWithPermit(CREDIT, deadline, v, r, s);
    }

    function check_Expire() external keepsSolvent {
        _escrow.expire(CREDIT);
    }

    function check_Hold() external keepsSolvent {
        _escrow.hold(CREDIT);
    }

    function check_Release() external keepsSolvent {
        _escrow.release(CREDIT);
    }

    function check_BlockCredit() external keepsSolvent {
        _escrow.blockCredit(CREDIT);
    }

    function check_RejectCredit() external keepsSolvent {
        _escrow.rejectCredit(CREDIT);
    }

    function check_Dispute(uint128 amount) external keepsSolvent {
        _escrow.dispute(CREDIT, amount);
    }

    function open_Award(uint128 toBeneficiary) external keepsSolvent {
        _escrow.award(CREDIT, toBeneficiary);
    }

    function open_AwardByTime() external keepsSolvent {
        _escrow.awardByTime(CREDIT);
    }

    function check_Reserve(uint128 amount, bool demurrage) external keepsSolvent {
        _escrow.reserve(CREDIT, amount, demurrage);
    }

    function check_Unreserve(uint128 amount, bool demurrage) external keepsSolvent {
        _escrow.unreserve(CREDIT, amount, demurrage);
    }

    function check_PayDraw(uint128 amount, uint128 retention, bool advance) external keepsSolvent {
        _escrow.payDraw(CREDIT, amount, retention, advance);
    }

    function check_PayRetention(uint128 amount) external keepsSolvent {
        _escrow.payRetention(CREDIT, amount);
    }

    function check_CloseIfEmpty(address actor) external keepsSolvent {
        _escrow.closeIfEmpty(CREDIT, actor);
    }

    function check_CloseAdvance(address actor) external keepsSolvent {
        _escrow.closeAdvance(CREDIT, actor);
    }

    function check_DisputeRetention(uint128 amount, address actor) external keepsSolvent {
        _escrow.disputeRetention(CREDIT, amount, actor);
    }

    function open_WindDown(uint128 accepted, address actor) external keepsSolvent {
        _escrow.windDown(CREDIT, accepted, actor);
    }

    /// @dev What left and what is set apart is no more than what was funded, in integers; of what is disputed no more
    /// was retained than all of it.
    function _isSolvent() private view returns (bool) {
        ITradeEscrow.Credit memory c = _escrow.creditOf(CREDIT);
        // Eight numbers of 128 bits do not overflow a word.
        unchecked {
            uint256 gone = uint256(c.paid) + c.refunded + c.quarantined;
            uint256 apart = uint256(c.reserved) + c.retained + c.disputed + c.demurrage;
            return gone + apart <= c.funded && c.fromRetention <= c.disputed;
        }
    }
}
