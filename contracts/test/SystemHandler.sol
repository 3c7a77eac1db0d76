// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IClearingHouse} from "../src/interfaces/IClearingHouse.sol";
import {IPresentations} from "../src/interfaces/IPresentations.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {BillHandler} from "./BillHandler.sol";

/// @title Everybody, and the end of everything
contract SystemHandler is BillHandler {
    function setUp() public override {
        super.setUp();
        _startCounting();
    }

    function actions() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](35);
        selectors[0] = this.pay.selector;
        selectors[1] = this.spend.selector;
        selectors[2] = this.issueOrRedeem.selector;
        selectors[3] = this.unmark.selector;
        selectors[4] = this.freeze.selector;
        selectors[5] = this.seize.selector;
        selectors[6] = this.recover.selector;
        selectors[7] = this.quarantineItem.selector;
        selectors[8] = this.rescreen.selector;
        selectors[9] = this.change.selector;
        selectors[10] = this.mend.selector;
        selectors[11] = this.rotate.selector;
        selectors[12] = this.amendTrade.selector;
        selectors[13] = this.passTime.selector;
        selectors[14] = this.steer.selector;
        selectors[15] = this.reprogramme.selector;
        selectors[16] = this.feed.selector;
        selectors[17] = this.superviseFeeders.selector;
        selectors[18] = this.quote.selector;
        selectors[19] = this.useQuote.selector;
        selectors[20] = this.treasure.selector;
        selectors[21] = this.mine.selector;
        selectors[22] = this.superviseMiners.selector;
        selectors[23] = this.sellCoins.selector;
        selectors[24] = this.openCredit.selector;
        selectors[25] = this.trade.selector;
        selectors[26] = this.draw.selector;
        selectors[27] = this.settleDraw.selector;
        selectors[28] = this.disputeCredit.selector;
        selectors[29] = this.endCredit.selector;
        selectors[30] = this.supervise.selector;
        selectors[31] = this.draft.selector;
        selectors[32] = this.moveBill.selector;
        selectors[33] = this.oblige.selector;
        selectors[34] = this.clear.selector;
    }

    /// @dev Whatever happened, time and a stranger bring everything to an end, and nothing that was accepted stays
    /// unpaid; nobody has to be in any office, but to end a suspension.
    function windUp(uint256 seed) external {
        _sow(seed);
        vm.recordLogs();
        if (regime.stage() == IRegime.Stage.SUSPENDED) {
            _try(SUPERVISOR, address(regime), abi.encodeCall(IRegime.resume, ()));
        }
        uint64 end = regime.programme().windDownEnd;
        if (block.timestamp <= end) vm.warp(end + 1);
        for (uint256 i = 0; i < _credits.length; ++i) {
            _endCredit(_credits[i]);
        }
        for (uint256 i = 0; i < _bills.length; ++i) {
            _endBill(STRANGER, _bills[i]);
            require(_isOver(collections.billOf(_bills[i]).state), "a bill runs on after the regime");
        }
        for (uint256 id = 1; id <= house.obligations(); ++id) {
            if (house.obligationOf(id).state != IClearingHouse.ObligationState.PENDING) continue;
            _passed(STRANGER, address(house), abi.encodeCall(IClearingHouse.lapse, (id)));
        }
        _book();
        _watchCredits();
    }

    /// @dev By draws, as far as these go, or as a whole.
    function _endCredit(bytes32 credit) private {
        uint256 draws = _oneIn(2) ? presentations.drawsOf(credit) : 0;
        for (uint256 draw = 1; draw <= draws; ++draw) {
            _try(STRANGER, address(presentations), abi.encodeCall(IPresentations.settle, (credit, draw)));
            _try(STRANGER, address(presentations), abi.encodeCall(IPresentations.finalise, (credit, draw)));
        }
        ITradeEscrow.CreditState state = escrow.creditOf(credit).state;
        bool funded = state == ITradeEscrow.CreditState.ACTIVE || state == ITradeEscrow.CreditState.DISPUTED;
        if (funded) _passed(STRANGER, address(presentations), abi.encodeCall(IPresentations.windDown, (credit)));
    }

    function moves(uint256 flow) external view returns (uint256) {
        return _moves[IRulebook.Flow(flow)];
    }

    function credits() external view returns (bytes32[] memory) {
        return _credits;
    }

    function stateOf(bytes32 credit) external view returns (uint256) {
        return uint256(escrow.creditOf(credit).state);
    }

    function cycles() external view returns (uint256) {
        return house.cycles();
    }
}
