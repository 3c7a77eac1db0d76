// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITradeEscrow} from "./ITradeEscrow.sol";

/// @title Unfunded instruments: documents against payment, and open account
/// @notice A bill locks nothing; the seller bears the buyer's risk. Under COLLECTION the documents are released against
/// payment in one transaction (URC 522); under OPEN_ACCOUNT the buyer has until the due date, and is in default after
/// it.
///
/// COLLECTION: `OFFERED -> AGREED -> PRESENTED -> PAID | RETURNED`. OPEN_ACCOUNT: `OFFERED -> AGREED -> PAID |
/// DEFAULTED`. `CANCELLED` before agreement, and a collection whose documents never come.
/// @dev Payments pass the Rulebook as any trade that is entered; open account also needs the programme to permit
/// direct payments. Times are on a clock that stands still while the regime is suspended.
interface ICollections {
    /// @notice State of a bill.
    /// @dev OFFERED: by the seller. AGREED: by the buyer. PRESENTED: documents wait for payment. PAID, RETURNED (the
    /// documents went back unpaid), DEFAULTED (an open account was not paid), CANCELLED: ends.
    enum BillState {
        NONE,
        OFFERED,
        AGREED,
        PRESENTED,
        PAID,
        RETURNED,
        DEFAULTED,
        CANCELLED
    }

    /// @notice What the parties agree on. Times are epoch seconds on the bill's clock.
    /// @param ref The seller's reference of the bill.
    /// @param trade Number of the trade behind it.
    /// @param drawer The seller, by name.
    /// @param drawee The buyer, by name.
    /// @param instrument COLLECTION or OPEN_ACCOUNT.
    /// @param amount Minor units of SU.
    /// @param offerUntil Last second in which the buyer may agree.
    /// @param due COLLECTION: last second in which documents may be presented. OPEN_ACCOUNT: due date.
    /// @param grace COLLECTION: time to pay after presentation. OPEN_ACCOUNT: time after the due date; seconds.
    struct BillTerms {
        bytes32 ref;
        bytes32 trade;
        bytes32 drawer;
        bytes32 drawee;
        ITradeEscrow.Instrument instrument;
        uint128 amount;
        uint64 offerUntil;
        uint64 due;
        uint32 grace;
    }

    /// @notice A bill.
    /// @param state See {BillState}.
    /// @param payUntil Last second in which it may be paid; zero where that is not known yet.
    /// @param shift How long the regime had been suspended when it was offered, seconds.
    /// @param terms See {BillTerms}.
    struct Bill {
        BillState state;
        uint64 payUntil;
        uint64 shift;
        BillTerms terms;
    }

    /// @notice The seller offered a bill.
    event BillOffered(bytes32 indexed bill, address indexed actor, BillTerms terms);

    /// @notice The buyer agreed.
    event BillAgreed(bytes32 indexed bill, address indexed actor);

    /// @notice The bill ended without effect.
    event BillCancelled(bytes32 indexed bill, address indexed actor);

    /// @notice Documents (their hash) wait for payment until `payUntil`.
    event BillPresented(bytes32 indexed bill, address indexed actor, bytes32 documents, uint64 payUntil);

    /// @notice The bill was paid. Not `arrived`: it is in quarantine.
    event BillPaid(bytes32 indexed bill, address indexed actor, uint128 amount, bool arrived);

    /// @notice The documents went back unpaid.
    event BillReturned(bytes32 indexed bill, address indexed actor);

    /// @notice The buyer is in default with `amount`; stated by `actor`.
    event BillDefaulted(bytes32 indexed bill, address indexed actor, bytes32 indexed drawee, uint128 amount);

    /// @notice `bill` was offered before.
    error Collections_BillExists(bytes32 bill);

    /// @notice The bill is in `state`.
    error Collections_WrongState(bytes32 bill, BillState state);

    /// @notice `caller` is not the party that may do this.
    error Collections_NotParty(address caller);

    /// @notice Terms are incomplete, out of order, or not of an unfunded instrument.
    error Collections_InvalidTerms();

    /// @notice This becomes possible after `time` on the bill's clock.
    error Collections_TooEarly(uint256 time);

    /// @notice This was possible until `time` on the bill's clock.
    error Collections_TooLate(uint256 time);

    /// @notice Offers a bill. Called by the drawer.
    /// @return bill Its id: see {billId}.
    function offer(BillTerms calldata terms) external returns (bytes32 bill);

    /// @notice Agrees to a bill. Drawee, until `offerUntil`.
    function agree(bytes32 bill) external;

    /// @notice Ends a bill. OFFERED: either side, anybody after `offerUntil`. AGREED collection: anybody after `due`.
    function cancel(bytes32 bill) external;

    /// @notice Leaves documents for payment. COLLECTION, drawer, until `due`.
    /// @param documents Hash of the transport document among them, which is used once over all instruments.
    function present(bytes32 bill, bytes32 documents) external;

    /// @notice Pays the bill; the calling wallet approved this contract for the amount. Drawee, in time.
    function pay(bytes32 bill) external;

    /// @notice Gives unpaid documents back. COLLECTION: drawee at once; anybody after the time for payment.
    function returnDocuments(bytes32 bill) external;

    /// @notice States that an open account was not paid in time. Anybody.
    function declareDefault(bytes32 bill) external;

    /// @notice Id of the bill that `drawer` offers under `ref`.
    function billId(bytes32 drawer, bytes32 ref) external view returns (bytes32);

    /// @notice A bill.
    function billOf(bytes32 bill) external view returns (Bill memory);

    /// @notice The time on the bill's clock, which stands still during suspensions.
    function clockOf(bytes32 bill) external view returns (uint64);
}
