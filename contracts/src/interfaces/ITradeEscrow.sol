// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Documentary credits settled in SU: the credits and their money
/// @notice A credit locks the buyer's SU; each draw under it ({IPresentations}) is one presentation of documents.
///
/// `DRAFT -> ISSUED -> ACTIVE -> CLOSED`, with `CANCELLED` (never funded, or ended by all parties), `EXPIRED`,
/// `DISPUTED` (and back), `BLOCKED` and `WOUND_DOWN`. A hold is a flag across all of them.
///
/// Every credit has a clock of its own: it stands still while the regime is suspended and while the credit is
/// held. Deadlines are times on that clock. Every open state has a way out by time that anybody may take.
/// @dev Money: `funded = paid + refunded + quarantined + locked`, and
/// `locked >= reserved + retained + disputed + demurrage`.
/// Documents are independent of the sale contract; the escrow sees only their hashes.
/// Warning: parties are participants by name, so a credit survives a change of keys; payments go to the present
/// primary wallet. Warning: what a hold stops waits until two reviewers decide, or for the end of the wind-down.
interface ITradeEscrow {
    /// @notice What kind of undertaking it is; the programme admits each.
    /// @dev SIGHT: paid on acceptance. DEFERRED: paid a tenor after it. MILESTONE: an attestor's attestation stands for
    /// documents. ADVANCE: part is paid before delivery, against a guarantee where there is one. GUARANTEE: a standby
    /// credit, drawn on by a demand. COLLECTION (documents against payment) and OPEN_ACCOUNT: {ICollections}.
    enum Instrument {
        SIGHT,
        DEFERRED,
        MILESTONE,
        ADVANCE,
        GUARANTEE,
        COLLECTION,
        OPEN_ACCOUNT
    }

    /// @notice State of a credit.
    /// @dev DRAFT: offered by the applicant. ISSUED: agreed, irrevocable, unfunded. ACTIVE: funded.
    /// CLOSED: nothing is locked any more. CANCELLED: never funded, ended by all parties, or rejected by compliance.
    /// EXPIRED: the undrawn rest went back. DISPUTED: active, with an amount set apart for an arbiter.
    /// BLOCKED: a true match; all of it is in quarantine. WOUND_DOWN: what was accepted is paid, the rest refunded.
    enum CreditState {
        NONE,
        DRAFT,
        ISSUED,
        ACTIVE,
        CLOSED,
        CANCELLED,
        EXPIRED,
        DISPUTED,
        BLOCKED,
        WOUND_DOWN
    }

    /// @notice What the parties agree on. Times are epoch seconds on the credit's clock, periods are seconds, amounts
    /// minor units of SU, parties participants by name (zero: nobody), shares basis points.
    /// @param ref The applicant's reference of the credit.
    /// @param trade Number of the trade behind it.
    /// @param applicant The buyer's authorised entity; of a guarantee, the guarantor.
    /// @param issuer Bank that issues the credit; zero where the applicant's entity does so itself.
    /// @param confirmer Bank that confirms it; its consent is needed for an amendment.
    /// @param beneficiary Who is paid.
    /// @param examiner Who examines documents; under MILESTONE, the attestor.
    /// @param arbiter Who decides disputes; without one there are none.
    /// @param instrument Kind of undertaking.
    /// @param amount Face amount.
    /// @param tolerance By how much the amount may be exceeded or, where it is drawn at once, undercut (UCP 600
    /// art. 30 knows 10 % and 5 %).
    /// @param advance What may be drawn in advance (ADVANCE).
    /// @param guarantee Credit that secures the advance, in the applicant's favour; zero where none does.
    /// @param returnPeriod Time after the first advance by which delivery must be shown.
    /// @param demurrage Separate reserve for demurrage, on top of the face amount.
    /// @param retention Share of each draw that is paid later.
    /// @param retentionPeriod How much later.
    /// @param offerUntil Last second in which the beneficiary may agree.
    /// @param fundUntil Last second in which the applicant may fund.
    /// @param latestShipment Last second of an in-time shipment (or milestone); a date of the world, as that on the
    /// transport document is, which no suspension moves.
    /// @param expiry Last second in which documents may be presented.
    /// @param presentationPeriod Time after shipment in which documents must be presented (UCP 600 art. 14c).
    /// @param tenor Time from acceptance to maturity.
    /// @param waiverWindow Time the applicant has to waive discrepancies, 30 days at most.
    /// @param awardPeriod Time the arbiter has for an award.
    /// @param bankingPlace Jurisdiction whose banking days time the examination.
    /// @param documents How many documents a set has; the first is the transport document.
    /// @param partialDraws Whether the amount may be drawn in parts (UCP 600 art. 31).
    /// @param instalments Where not empty, the amounts of the draws in turn, which add up to the face amount.
    /// @param instalmentsUntil Last second in which each may be presented; a missed one ends the later ones
    /// (UCP 600 art. 32).
    struct Terms {
        bytes32 ref;
        bytes32 trade;
        bytes32 applicant;
        bytes32 issuer;
        bytes32 confirmer;
        bytes32 beneficiary;
        bytes32 examiner;
        bytes32 arbiter;
        Instrument instrument;
        uint128 amount;
        uint16 tolerance;
        uint128 advance;
        bytes32 guarantee;
        uint32 returnPeriod;
        uint128 demurrage;
        uint16 retention;
        uint32 retentionPeriod;
        uint64 offerUntil;
        uint64 fundUntil;
        uint64 latestShipment;
        uint64 expiry;
        uint32 presentationPeriod;
        uint32 tenor;
        uint32 waiverWindow;
        uint32 awardPeriod;
        bytes2 bankingPlace;
        uint8 documents;
        bool partialDraws;
        uint128[] instalments;
        uint64[] instalmentsUntil;
    }

    /// @notice State and money of a credit, minor units of SU.
    /// @param state See {CreditState}.
    /// @param held Whether compliance holds it.
    /// @param advanceOpen Whether an advance was paid whose delivery was neither shown nor reported overdue.
    /// @param funded Locked in all so far.
    /// @param paid Paid to the beneficiary.
    /// @param refunded Paid back to the applicant.
    /// @param quarantined Due to one of them, but held back in the quarantine.
    /// @param reserved For draws under way.
    /// @param retained Of draws that are paid, until their retention ends.
    /// @param disputed Set apart for the arbiter.
    /// @param fromRetention What of it was retained of accepted draws.
    /// @param demurrage Left in the demurrage reserve.
    /// @param awardUntil Last second of the arbiter's time for what is disputed of the undrawn rest; zero where nothing
    /// is.
    /// @param retentionUntil The same for what was retained.
    struct Credit {
        CreditState state;
        bool held;
        bool advanceOpen;
        uint128 funded;
        uint128 paid;
        uint128 refunded;
        uint128 quarantined;
        uint128 reserved;
        uint128 retained;
        uint128 disputed;
        uint128 fromRetention;
        uint128 demurrage;
        uint64 awardUntil;
        uint64 retentionUntil;
    }

    /// @notice The applicant offered a credit on these terms; `termsHash` is the hash of their encoding.
    event CreditOpened(bytes32 indexed credit, address indexed actor, Terms terms, bytes32 termsHash);

    /// @notice The beneficiary's side agreed; the terms are irrevocable.
    event CreditIssued(bytes32 indexed credit, address indexed actor);

    /// @notice The applicant's side locked `amount`: the face amount with its tolerance and the demurrage reserve.
    event CreditFunded(bytes32 indexed credit, address indexed actor, uint128 amount);

    /// @notice `actor`, one of the parties, agreed to new terms whose hash is `change`, or (zero) to cancellation, or (a
    /// number of minor units) to have so much of the undrawn rest decided by the arbiter.
    event ConsentGiven(bytes32 indexed credit, address indexed actor, bytes32 indexed change);

    /// @notice All parties agreed to new terms, whose hash is `termsHash`; `locked` more or `refunded` was moved.
    event CreditAmended(
        bytes32 indexed credit, address indexed actor, Terms terms, bytes32 termsHash, uint128 locked, uint128 refunded
    );

    /// @notice The credit ended before it was funded, or by consent of all parties with `refunded`.
    event CreditCancelled(bytes32 indexed credit, address indexed actor, uint128 refunded);

    /// @notice The credit expired; `refunded` went back to the applicant. A retention in dispute stays until it is decided.
    event CreditExpired(bytes32 indexed credit, address indexed actor, uint128 refunded);

    /// @notice Nothing is locked under the credit any more.
    event CreditClosed(bytes32 indexed credit, address indexed actor);

    /// @notice Compliance holds the credit: no value moves, its clock stands still, and that of the guarantee behind an
    /// advance that is out.
    event CreditHeld(bytes32 indexed credit, address indexed actor);

    /// @notice Two reviewers cleared the credit, whose clock had stood still for `tolled` seconds.
    event CreditReleased(bytes32 indexed credit, address indexed actor, uint64 tolled);

    /// @notice Two reviewers confirmed a true match; `amount` went into quarantine.
    event CreditBlocked(bytes32 indexed credit, address indexed actor, uint128 amount);

    /// @notice Two reviewers rejected the credit; `refunded` went back to the applicant.
    event CreditRejected(bytes32 indexed credit, address indexed actor, uint128 refunded);

    /// @notice A retention of `amount` was disputed by a party, or the undrawn rest by agreement of all, on top of what was
    /// disputed before; the arbiter has until `awardUntil` for all of that kind.
    event CreditDisputed(
        bytes32 indexed credit, address indexed actor, uint128 amount, bool fromRetention, uint64 awardUntil
    );

    /// @notice The dispute of so much ended: `toBeneficiary` was paid, `toApplicant` refunded, `returned` is undrawn again;
    /// `byTime` when no award came.
    event CreditAwarded(
        bytes32 indexed credit,
        address indexed actor,
        uint128 toBeneficiary,
        uint128 toApplicant,
        uint128 returned,
        bool byTime
    );

    /// @notice The credit was wound down: `paid` went to the beneficiary, `refunded` to the applicant.
    event CreditWoundDown(bytes32 indexed credit, address indexed actor, uint128 paid, uint128 refunded);

    /// @notice `credit` was opened before.
    error TradeEscrow_CreditExists(bytes32 credit);

    /// @notice `caller` is not the party that may do this.
    error TradeEscrow_NotParty(address caller);

    /// @notice The credit is in `state`.
    error TradeEscrow_WrongCreditState(bytes32 credit, CreditState state);

    /// @notice The credit is held, or (where a hold is asked for) not.
    error TradeEscrow_OnHold(bytes32 credit, bool held);

    /// @notice Draws, retention or an advance are still open under the credit.
    error TradeEscrow_DrawsOpen(bytes32 credit);

    /// @notice This becomes possible after `time` on the credit's clock.
    error TradeEscrow_TooEarly(uint256 time);

    /// @notice This was possible until `time` on the credit's clock.
    error TradeEscrow_TooLate(uint256 time);

    /// @notice Terms are incomplete, out of order, or name one party twice; an amendment touches what is fixed.
    error TradeEscrow_InvalidTerms();

    /// @notice The stored terms hash to `stored`.
    error TradeEscrow_TermsChanged(bytes32 stored);

    /// @notice At most `available` can be disputed, awarded, reduced or drawn.
    error TradeEscrow_InvalidAmount(uint128 available);

    /// @notice Offers a credit. Called by the applicant.
    /// @return credit Its id: see {creditId}.
    function open(Terms calldata terms) external returns (bytes32 credit);

    /// @notice Agrees to the offer whose terms hash to `termsHash`. Beneficiary, until `offerUntil`.
    function issue(bytes32 credit, bytes32 termsHash) external;

    /// @notice Ends an unfunded credit. DRAFT: either side, anybody after `offerUntil`.
    /// ISSUED: anybody after `fundUntil`.
    function cancel(bytes32 credit) external;

    /// @notice Locks the funding (see {fundingOf}), which the calling wallet approved the escrow for. Applicant, until
    /// `fundUntil`.
    function fund(bytes32 credit) external;

    /// @notice The same with an ERC-2612 signature. A permit that somebody else spent first does no harm.
    function fundWithPermit(bytes32 credit, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Agrees to new terms of an active credit. Each of applicant, issuer, confirmer and beneficiary calls it
    /// with the same terms; silence is no consent. The last one's call puts them in force: an increase is locked (the
    /// applicant's primary wallet approved the escrow for it), a decrease refunded. Draws under way keep the old terms.
    /// A consent lapses when anything else happens to the credit before all have given theirs: an amendment, a draw or
    /// its next step, a dispute or its end, a hold or its end.
    function amend(bytes32 credit, Terms calldata terms) external;

    /// @notice Agrees to end an active credit without open draws; the last of the same parties has it refunded.
    /// A consent lapses as one to an amendment does.
    function cancelByConsent(bytes32 credit) external;

    /// @notice Refunds the undrawn rest after expiry, once no draw and no retention is open. A retention in dispute does not
    /// keep the rest: it stays alone until it is decided. Anybody.
    function expire(bytes32 credit) external;

    /// @notice Stops all value under the credit, and its clock; where an advance is out, the clock of the guarantee that
    /// secures it too, so that what is held keeps its security. Compliance only.
    function hold(bytes32 credit) external;

    /// @notice Clears a held credit. Two reviewers.
    function release(bytes32 credit) external;

    /// @notice Puts all that is locked under a held credit into quarantine. Two reviewers.
    function blockCredit(bytes32 credit) external;

    /// @notice Ends a held credit and refunds the applicant, or quarantines it where the applicant is not clear.
    /// Two reviewers.
    function rejectCredit(bytes32 credit) external;

    /// @notice Agrees that the arbiter decide on `amount` of the undrawn rest. What is undrawn was promised irrevocably, so
    /// neither side alone takes it out of reach: each of those whose consent an amendment needs calls this with the same
    /// amount, and the last one's call sets it apart. Disputes add up. The arbiter's time ends by expiry, so that what
    /// comes back can still be drawn.
    function dispute(bytes32 credit, uint128 amount) external;

    /// @notice Decides on all that is disputed; what is not awarded to the beneficiary goes to the applicant. Arbiter in
    /// good standing, in time: a part whose time is over ends by {awardByTime} first.
    function award(bytes32 credit, uint128 toBeneficiary) external;

    /// @notice Ends a dispute without an award after the arbiter's time, where nothing is revoked by silence: what was
    /// retained of an accepted draw goes to the beneficiary, what was undrawn is undrawn again. Anybody.
    function awardByTime(bytes32 credit) external;

    /// @notice Sets `amount` of the undrawn rest, or of the demurrage reserve, apart for a draw. {IPresentations} only.
    function reserve(bytes32 credit, uint128 amount, bool demurrage) external;

    /// @notice Undoes a reservation. {IPresentations} only.
    function unreserve(bytes32 credit, uint128 amount, bool demurrage) external;

    /// @notice Pays a draw of `amount` less `retention`, which stays locked. {IPresentations} only.
    /// @param advance Whether delivery must still be shown for it.
    /// @return arrived Whether it reached the beneficiary; otherwise it is in quarantine.
    function payDraw(bytes32 credit, uint128 amount, uint128 retention, bool advance) external returns (bool arrived);

    /// @notice Pays a retention. {IPresentations} only.
    /// @return arrived Whether it reached the beneficiary; otherwise it is in quarantine.
    function payRetention(bytes32 credit, uint128 amount) external returns (bool arrived);

    /// @notice Closes the credit where nothing is locked any more, at the wish of `actor`. {IPresentations} only, which
    /// has told of the payment first.
    function closeIfEmpty(bytes32 credit, address actor) external;

    /// @notice Delivery was shown for the advance, or reported overdue. {IPresentations} only.
    function closeAdvance(bytes32 credit, address actor) external;

    /// @notice Sets a retention apart for the arbiter, at the wish of `actor`, applicant or beneficiary. {IPresentations}
    /// only.
    function disputeRetention(bytes32 credit, uint128 amount, address actor) external;

    /// @notice Winds a funded credit down at the wish of `actor`: pays `accepted` (of what is reserved) and what is
    /// retained, settles a dispute as by time, refunds the rest. {IPresentations} only.
    function windDown(bytes32 credit, uint128 accepted, address actor) external;

    /// @notice Id of the credit that `applicant` opens under `ref`.
    function creditId(bytes32 applicant, bytes32 ref) external view returns (bytes32);

    /// @notice State and money of a credit.
    function creditOf(bytes32 credit) external view returns (Credit memory);

    /// @notice The terms of a credit.
    function termsOf(bytes32 credit) external view returns (Terms memory);

    /// @notice What funding locks: the face amount with its tolerance, and the demurrage reserve.
    function fundingOf(bytes32 credit) external view returns (uint128);

    /// @notice SU locked under `credit`: funded less paid, refunded and quarantined.
    function lockedOf(bytes32 credit) external view returns (uint128);

    /// @notice What can still be drawn: locked less reserved, retained, disputed and the demurrage reserve.
    function undrawnOf(bytes32 credit) external view returns (uint128);

    /// @notice The time on the credit's clock, which stands still during suspensions and holds.
    function clockOf(bytes32 credit) external view returns (uint64);

    /// @notice Whether draws under the credit may go on: ACTIVE or DISPUTED, and not held.
    function isLive(bytes32 credit) external view returns (bool);

    /// @notice SU locked under all credits.
    function totalLocked() external view returns (uint256);
}
