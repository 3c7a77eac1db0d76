// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Draws under documentary credits
/// @notice Each draw is one presentation of documents (or of what stands for them) under a credit of {ITradeEscrow}.
///
/// `PRESENTED -> ACCEPTED | DISCREPANT`, `DISCREPANT -> ACCEPTED | RETURNED`, `ACCEPTED -> PAID -> FINAL`.
///
/// Times are on the credit's clock. Whoever is silent loses its say: an examiner's silence is acceptance, an
/// applicant's is refusal, an attestor's is none of both (the draw goes back). Once the regime has expired nothing is
/// presented or accepted any more.
/// @dev Warning: a transport document is used once over all credits, so whoever presents a hash first has it.
interface IPresentations {
    /// @notice What a draw is for.
    /// @dev DOCUMENTS: payment against complying documents. ADVANCE: payment before delivery. DELIVERY: documents that
    /// show the delivery that an advance was paid for; draws nothing. DEMURRAGE: out of the demurrage reserve.
    enum Kind {
        DOCUMENTS,
        ADVANCE,
        DELIVERY,
        DEMURRAGE
    }

    /// @notice State of a draw.
    /// @dev PRESENTED: under examination, amount reserved. DISCREPANT: notice given, waiver clock runs.
    /// RETURNED: documents went back, amount unreserved. ACCEPTED: to be paid at maturity.
    /// PAID: paid but for its retention. FINAL: nothing is to come.
    enum DrawState {
        NONE,
        PRESENTED,
        DISCREPANT,
        RETURNED,
        ACCEPTED,
        PAID,
        FINAL
    }

    /// @notice A draw. Deadlines are the last second in time; zero where not set. The terms of the credit at its
    /// presentation stay its own.
    /// @param state See {DrawState}.
    /// @param kind See {Kind}.
    /// @param waivers Who waived so far: 1 the applicant, 2 the issuer.
    /// @param amount Minor units of SU.
    /// @param presentedAt When it was presented, epoch seconds.
    /// @param retention What of it is paid later.
    /// @param tenor Time from acceptance to maturity, seconds.
    /// @param retentionPeriod Time from payment to the retention's, seconds.
    /// @param examineUntil End of the examination.
    /// @param waiveUntil End of the waiver window.
    /// @param maturity First second in which an accepted draw is paid.
    /// @param retainUntil First second in which anybody may have the retention paid.
    /// @param transportDocument Hash of the transport document; zero where there is none.
    struct Draw {
        DrawState state;
        Kind kind;
        uint8 waivers;
        uint128 amount;
        uint64 presentedAt;
        uint128 retention;
        uint32 tenor;
        uint32 retentionPeriod;
        uint64 examineUntil;
        uint64 waiveUntil;
        uint64 maturity;
        uint64 retainUntil;
        bytes32 transportDocument;
    }

    /// @notice Documents were presented; the examiner has until `examineUntil`.
    event DrawPresented(
        bytes32 indexed credit,
        uint256 indexed draw,
        address indexed actor,
        Kind kind,
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

    /// @notice `actor` waived the discrepancies; whoever else must has not yet.
    event WaiverGiven(bytes32 indexed credit, uint256 indexed draw, address indexed actor);

    /// @notice The documents went back; the amount may be drawn again before expiry.
    event DrawReturned(bytes32 indexed credit, uint256 indexed draw, address indexed actor);

    /// @notice The draw was paid: `amount` now, `retention` later. Not `arrived`: it is in quarantine.
    event DrawPaid(
        bytes32 indexed credit,
        uint256 indexed draw,
        address indexed actor,
        uint128 amount,
        uint128 retention,
        bool arrived
    );

    /// @notice Nothing is to come any more; `retention` was paid. Not `arrived`: it is in quarantine.
    event DrawFinal(
        bytes32 indexed credit, uint256 indexed draw, address indexed actor, uint128 retention, bool arrived
    );

    /// @notice The credit was wound down by `actor`; `due` of this draw was to be paid, nothing where it went back.
    event DrawWoundDown(bytes32 indexed credit, uint256 indexed draw, address indexed actor, uint128 due);

    /// @notice The first advance was paid, as `actor` asked; delivery must be shown until `returnUntil`.
    event AdvancePaid(bytes32 indexed credit, address indexed actor, uint64 returnUntil);

    /// @notice No delivery was shown in time for the advance under the credit: a breach, reported by `actor`.
    event AdvanceOverdue(bytes32 indexed credit, address indexed actor);

    /// @notice The draw is in `state`.
    error Presentations_WrongDrawState(bytes32 credit, uint256 draw, DrawState state);

    /// @notice The terms do not provide for such a draw, or not now.
    error Presentations_NotProvided(Kind kind);

    /// @notice At most `available` can be drawn, more than zero, and exactly it where the terms exclude parts.
    error Presentations_InvalidAmount(uint128 available);

    /// @notice A set has `required` documents, none of them empty or twice; a notice has discrepancies.
    error Presentations_DocumentsIncomplete(uint256 required);

    /// @notice The instalment was missed, and with it the later ones; or the one before is not accepted yet.
    error Presentations_InstalmentMissed(uint256 instalment);

    /// @notice The guarantee behind the advance is not there, not for the applicant, secures another credit, or does not
    /// cover it for so long.
    error Presentations_NotGuaranteed(bytes32 guarantee);

    /// @notice A credit has at most this many draws.
    error Presentations_TooManyDraws(uint256 most);

    /// @notice Neither does the regime wind down nor is a party's licence revoked.
    error Presentations_NotWindingDown(bytes32 credit);

    /// @notice Presents documents. Beneficiary, by the earlier of expiry and shipment plus period.
    /// @param kind What the draw is for.
    /// @param amount What is drawn, minor units; zero for DELIVERY.
    /// @param shippedAt Date of shipment on the transport document, or of the milestone; not looked at for ADVANCE and
    /// DEMURRAGE.
    /// @param documents Hashes of the set; the first one (the transport document, the attestation) is used once over
    /// all instruments, see {ITradeRegistry}. ADVANCE and DEMURRAGE take one: the demand, the statement.
    /// @return draw Number of the draw under this credit, from 1.
    function present(bytes32 credit, Kind kind, uint128 amount, uint64 shippedAt, bytes32[] calldata documents)
        external
        returns (uint256 draw);

    /// @notice Accepts a compliant presentation. Examiner in good standing, within five banking days (UCP 600 art. 14b).
    function accept(bytes32 credit, uint256 draw) external;

    /// @notice Gives the one notice that lists every discrepancy. Examiner in good standing, within five banking days.
    function giveNotice(bytes32 credit, uint256 draw, string[] calldata discrepancies) external;

    /// @notice Accepts a presentation on which the examiner was silent for five banking days, though in good standing
    /// ever since. Anybody. Not under MILESTONE: silence attests nothing.
    function deemAccepted(bytes32 credit, uint256 draw) external;

    /// @notice Waives the discrepancies. Applicant and, where there is one, issuer, each in good standing, within the
    /// waiver window. Also takes, in so long after the five banking days, what an examiner left unexamined that is, or
    /// was meanwhile, in bad standing; that a screening list is stale keeps everybody waiting and is none.
    function waive(bytes32 credit, uint256 draw) external;

    /// @notice Gives back documents that may be waived. Examiner or beneficiary; anybody after the waiver window. Under
    /// MILESTONE anybody also gives back what the attestor was silent on. Of a credit that was rejected anybody gives
    /// back whatever was not paid.
    function returnDocuments(bytes32 credit, uint256 draw) external;

    /// @notice Pays an accepted draw at maturity, less its retention. Anybody; the payee is screened again.
    function settle(bytes32 credit, uint256 draw) external;

    /// @notice Pays the retention. Applicant early; anybody at its end.
    function finalise(bytes32 credit, uint256 draw) external;

    /// @notice Sets the whole retention of a paid draw apart for the arbiter, whatever is disputed already. Applicant or
    /// beneficiary, until its end.
    function disputeRetention(bytes32 credit, uint256 draw) external;

    /// @notice Reports that no delivery was shown in time for an advance. Anybody, after the return period, unless what
    /// shows it is under examination.
    function reportOverdue(bytes32 credit) external;

    /// @notice Winds a funded credit down: accepted draws and retentions are paid, other draws go back, the rest is
    /// refunded. An administrator in good standing, while the regime winds down or when a party's licence is revoked;
    /// anybody once the wind-down has ended.
    function windDown(bytes32 credit) external;

    /// @notice A draw.
    function drawOf(bytes32 credit, uint256 draw) external view returns (Draw memory);

    /// @notice How many draws were ever presented under `credit`.
    function drawsOf(bytes32 credit) external view returns (uint256);

    /// @notice How many instalments of `credit` were presented and not returned.
    function instalmentsOf(bytes32 credit) external view returns (uint256);

    /// @notice Last second in which delivery must be shown for the advance under `credit`; zero where none was paid.
    function returnUntilOf(bytes32 credit) external view returns (uint64);
}
