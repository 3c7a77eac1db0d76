// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Documentary credits settled in SU
/// @notice Two levels: a credit locks the buyer's SU; each draw under it is one presentation of documents.
///
/// Credit: `DRAFT -> ISSUED -> ACTIVE -> CLOSED`, or `CANCELLED` before funding, or `EXPIRED`.
/// Draw: `PRESENTED -> ACCEPTED | DISCREPANT`, `DISCREPANT -> ACCEPTED | RETURNED`, `ACCEPTED -> FINAL`.
///
/// Every open state has a way out by time that anybody may take; what the Rulebook holds back has to wait.
/// @dev Documents are independent of the sale contract; the escrow sees only their hashes.
/// Warning: an accepted draw whose payee the Rulebook holds back (screening, or an owner that became
/// resident) waits, locked, until that changes, and the undrawn rest of its credit with it; so does a
/// refund while the applicant is on a screening hold, and either of them while the regime is suspended.
/// Warning: a transport document is used once over all credits, so whoever presents a hash first has it.
interface ITradeEscrow {
    /// @notice State of a credit.
    /// @dev DRAFT: offered by the applicant. ISSUED: agreed, irrevocable, unfunded. ACTIVE: funded.
    /// CLOSED: nothing is locked any more. CANCELLED: never funded. EXPIRED: the undrawn rest went back.
    enum CreditState {
        NONE,
        DRAFT,
        ISSUED,
        ACTIVE,
        CLOSED,
        CANCELLED,
        EXPIRED
    }

    /// @notice State of a draw.
    /// @dev PRESENTED: under examination, amount reserved. DISCREPANT: notice given, waiver clock runs.
    /// RETURNED: documents went back, amount unreserved. ACCEPTED: to be paid at maturity. FINAL: paid.
    enum DrawState {
        NONE,
        PRESENTED,
        DISCREPANT,
        RETURNED,
        ACCEPTED,
        FINAL
    }

    /// @notice What the parties agree on. Times are epoch seconds, periods are seconds.
    /// @param ref The applicant's reference of the trade.
    /// @param applicant Wallet of the applicant's authorised entity.
    /// @param beneficiary Wallet of the beneficiary's side.
    /// @param examiner Wallet of the examiner.
    /// @param amount Face amount, minor units of SU.
    /// @param offerUntil Last second in which the beneficiary may agree.
    /// @param fundUntil Last second in which the applicant may fund.
    /// @param latestShipment Last second of an in-time shipment.
    /// @param expiry Last second in which documents may be presented.
    /// @param presentationPeriod Time after shipment in which documents must be presented (UCP 600 art. 14c).
    /// @param tenor Time from acceptance to maturity; zero is sight.
    /// @param waiverWindow Time the applicant has to waive discrepancies, 30 days at most.
    /// @param bankingPlace Jurisdiction whose banking days time the examination.
    /// @param documents How many documents a set has; the first is the transport document.
    /// @param partialDraws Whether the amount may be drawn in parts (UCP 600 art. 31).
    struct Terms {
        bytes32 ref;
        address applicant;
        address beneficiary;
        address examiner;
        uint128 amount;
        uint64 offerUntil;
        uint64 fundUntil;
        uint64 latestShipment;
        uint64 expiry;
        uint32 presentationPeriod;
        uint32 tenor;
        uint32 waiverWindow;
        bytes2 bankingPlace;
        uint8 documents;
        bool partialDraws;
    }

    /// @notice A credit. `funded = paid + refunded + locked`, and `locked >= reserved`.
    struct Credit {
        CreditState state;
        uint128 funded;
        uint128 paid;
        uint128 refunded;
        uint128 reserved;
        uint32 draws;
        uint32 openDraws;
        Terms terms;
    }

    /// @notice A draw. Deadlines are the last second in time; zero where not set.
    struct Draw {
        DrawState state;
        uint128 amount;
        uint64 presentedAt;
        uint64 examineUntil;
        uint64 waiveUntil;
        uint64 maturity;
        bytes32 transportDocument;
    }

    /// @notice The applicant's side offered a credit; `termsHash` is the hash of its encoded terms.
    event CreditOpened(bytes32 indexed credit, address indexed applicant, Terms terms, bytes32 termsHash);

    /// @notice The beneficiary's side agreed; the terms are irrevocable.
    event CreditIssued(bytes32 indexed credit, address indexed actor);

    /// @notice The applicant's side locked the face amount.
    event CreditFunded(bytes32 indexed credit, address indexed actor, uint128 amount);

    /// @notice The credit ended before it was funded.
    event CreditCancelled(bytes32 indexed credit, address indexed actor);

    /// @notice The credit expired; `refunded` went back to the applicant.
    event CreditExpired(bytes32 indexed credit, address indexed actor, uint128 refunded);

    /// @notice Nothing is locked under the credit any more.
    event CreditClosed(bytes32 indexed credit, address indexed actor);

    /// @notice Documents were presented; the examiner has until `examineUntil`.
    event DrawPresented(
        bytes32 indexed credit,
        uint256 indexed draw,
        address indexed actor,
        uint128 amount,
        uint64 shippedAt,
        bytes32[] documents,
        uint64 examineUntil
    );

    /// @notice The draw was accepted. `deemed` when the examiner was silent, `waived` when discrepancies were.
    event DrawAccepted(
        bytes32 indexed credit, uint256 indexed draw, address indexed actor, uint64 maturity, bool deemed, bool waived
    );

    /// @notice The examiner's single notice listed every discrepancy (UCP 600 art. 16).
    event DrawDiscrepant(
        bytes32 indexed credit, uint256 indexed draw, address indexed actor, string[] discrepancies, uint64 waiveUntil
    );

    /// @notice The documents went back; the amount may be drawn again before expiry.
    event DrawReturned(bytes32 indexed credit, uint256 indexed draw, address indexed actor);

    /// @notice The draw was paid, finally.
    event DrawPaid(bytes32 indexed credit, uint256 indexed draw, address indexed actor, uint128 amount);

    /// @notice `credit` was opened before.
    error TradeEscrow_CreditExists(bytes32 credit);

    /// @notice `caller` is not the party that may do this.
    error TradeEscrow_NotParty(address caller);

    /// @notice The credit is in `state`.
    error TradeEscrow_WrongCreditState(bytes32 credit, CreditState state);

    /// @notice The draw is in `state`.
    error TradeEscrow_WrongDrawState(bytes32 credit, uint256 draw, DrawState state);

    /// @notice This becomes possible after `time`.
    error TradeEscrow_TooEarly(uint256 time);

    /// @notice This was possible until `time`.
    error TradeEscrow_TooLate(uint256 time);

    /// @notice Terms are incomplete, out of order, or name one party twice.
    error TradeEscrow_InvalidTerms();

    /// @notice The stored terms hash to `stored`.
    error TradeEscrow_TermsChanged(bytes32 stored);

    /// @notice At most `available` can be drawn, more than zero, and all of it where partial draws are excluded.
    error TradeEscrow_InvalidAmount(uint128 available);

    /// @notice A set has `required` documents, none of them empty or twice; a notice has discrepancies.
    error TradeEscrow_DocumentsIncomplete(uint256 required);

    /// @notice `document` was presented before.
    error TradeEscrow_DocumentReused(bytes32 document);

    /// @notice Offers a credit. Called by the applicant's authorised entity, which `terms` must name.
    /// @return credit Its id: see {creditId}.
    function open(Terms calldata terms) external returns (bytes32 credit);

    /// @notice Agrees to the offer whose terms hash to `termsHash`. Beneficiary's side, until `offerUntil`.
    function issue(bytes32 credit, bytes32 termsHash) external;

    /// @notice Ends an unfunded credit. DRAFT: either side, anybody after `offerUntil`.
    /// ISSUED: anybody after `fundUntil`.
    function cancel(bytes32 credit) external;

    /// @notice Locks the face amount, which the applicant approved the escrow for. Until `fundUntil`.
    function fund(bytes32 credit) external;

    /// @notice The same with an ERC-2612 signature. A permit that somebody else spent first does no harm.
    function fundWithPermit(bytes32 credit, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Presents documents. Beneficiary's side, by the earlier of expiry and shipment plus period.
    /// @param amount What is drawn, minor units.
    /// @param shippedAt Date of shipment on the transport document.
    /// @param documents Hashes of the set; the transport document first, used once over all credits.
    /// @return draw Number of the draw under this credit, from 1.
    function present(bytes32 credit, uint128 amount, uint64 shippedAt, bytes32[] calldata documents)
        external
        returns (uint256 draw);

    /// @notice Accepts a compliant presentation. Examiner in good standing, within five banking days (UCP 600 art. 14b).
    function accept(bytes32 credit, uint256 draw) external;

    /// @notice Gives the one notice that lists every discrepancy. Examiner in good standing, within five banking days.
    function giveNotice(bytes32 credit, uint256 draw, string[] calldata discrepancies) external;

    /// @notice Accepts a presentation on which the examiner was silent for five banking days. Anybody.
    function deemAccepted(bytes32 credit, uint256 draw) external;

    /// @notice Waives the discrepancies. Applicant's entity in good standing, within the waiver window.
    function waive(bytes32 credit, uint256 draw) external;

    /// @notice Gives discrepant documents back. Examiner or beneficiary; anybody after the waiver window.
    function returnDocuments(bytes32 credit, uint256 draw) external;

    /// @notice Pays an accepted draw at maturity. Anybody; the payee is screened again.
    function settle(bytes32 credit, uint256 draw) external;

    /// @notice Refunds the undrawn rest after expiry, once no draw is open. Anybody.
    function expire(bytes32 credit) external;

    /// @notice Id of the credit that `applicant` opens under `ref`.
    function creditId(address applicant, bytes32 ref) external view returns (bytes32);

    /// @notice A credit, with its terms.
    function creditOf(bytes32 credit) external view returns (Credit memory);

    /// @notice A draw.
    function drawOf(bytes32 credit, uint256 draw) external view returns (Draw memory);

    /// @notice SU locked under `credit`: funded less paid and refunded.
    function lockedOf(bytes32 credit) external view returns (uint128);

    /// @notice SU locked under all credits.
    function totalLocked() external view returns (uint256);
}
