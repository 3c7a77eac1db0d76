// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Miner intake: mined coins into the reserve, earmarked SU to an entity, DRL to the miner
/// @notice The one shape in which a resident's value reaches another resident. An attestor vouches for what a registered
/// rig mined; the miner delivers it for an entity's registered trade: the coins go to the reserve, SU worth their price
/// less the haircut is issued to the entity for that trade only, and the entity pays the miner as much in DRL, all in
/// one transaction.
/// @dev Attested output is bounded by what hashrate, time, block reward and difficulty explain:
/// coins <= hashrate x seconds x reward / (difficulty x 2^32), plus the tolerance, rounded down. The energy is bounded
/// from both sides: what those coins took at the rig's efficiency less the tolerance (rounded down), and what the rig
/// can draw plus the tolerance (rounded up). Periods are `from` (included) to `to` (excluded), in order of time, and
/// span no change of difficulty or reward.
/// Warning: the bound is an average; who mines alone instead of in a pool may be luckier than it allows.
/// Warning: coins are recorded, not held; who delivers them to the reserve's custodian is outside the chain.
interface IMinerIntake {
    /// @notice What a miner runs; one record for all of its machines.
    /// @param region Where, as `bytes32` text; must be permitted.
    /// @param hashrate TH/s.
    /// @param efficiency J/TH.
    /// @param tariff Minor units of DRL for 1,000 kWh; data for reports.
    /// @param since First second from which output of the rig as described may be attested.
    struct Rig {
        bytes32 region;
        uint64 hashrate;
        uint32 efficiency;
        uint32 tariff;
        uint64 since;
    }

    /// @notice The network from `since` on, until the next one.
    /// @param since First second.
    /// @param difficulty Difficulty.
    /// @param reward What a block brings, minor units of a coin (8 decimals); halves at times.
    struct Network {
        uint64 since;
        uint128 difficulty;
        uint64 reward;
    }

    /// @notice What an attestor vouches for.
    /// @param miner The miner, by name.
    /// @param from First second of the period.
    /// @param to First second after the period.
    /// @param coins Output, 8 decimals.
    /// @param energy Energy drawn, kWh.
    /// @param difficulty Difficulty of the network over the period.
    struct Output {
        bytes32 miner;
        uint64 from;
        uint64 to;
        uint128 coins;
        uint64 energy;
        uint128 difficulty;
    }

    /// @notice An entity's agreement to one delivery.
    /// @param coins Exactly so many, 8 decimals; zero where there is no order.
    /// @param trade Trade that the SU is for.
    /// @param maxPayment Most DRL it pays, minor units.
    /// @param until Last second of the order.
    struct Order {
        uint128 coins;
        bytes32 trade;
        uint256 maxPayment;
        uint64 until;
    }

    /// @notice What a delivery came to.
    /// @param miner The miner, by name.
    /// @param entity The entity, by name.
    /// @param trade Trade that the SU is earmarked for.
    /// @param coins Coins that went to the reserve, 8 decimals.
    /// @param su SU issued to the entity, minor units.
    /// @param payment DRL paid by the entity to the miner, minor units.
    struct Delivery {
        bytes32 miner;
        bytes32 entity;
        bytes32 trade;
        uint128 coins;
        uint128 su;
        uint256 payment;
    }

    /// @notice `actor` permits mining in `region` from now on, or does no more.
    event RegionSet(address indexed actor, bytes32 indexed region, bool permitted);

    /// @notice `actor` registered what `miner` runs.
    event RigRegistered(address indexed actor, bytes32 indexed miner, Rig rig);

    /// @notice `actor` recorded difficulty and reward.
    event NetworkSet(address indexed actor, Network network);

    /// @notice `actor`, an attestor, vouched for an output as `id`.
    event OutputAttested(address indexed actor, bytes32 indexed id, bytes32 indexed miner, Output output);

    /// @notice `actor` struck the attestation `id`, which was found wrong before anything was delivered on it.
    event AttestationRevoked(address indexed actor, bytes32 indexed id);

    /// @notice `actor`, for `entity`, agreed to a delivery of the output `id`; zero coins: withdrew from it.
    event DeliveryOrdered(address indexed actor, bytes32 indexed id, bytes32 indexed entity, Order order);

    /// @notice `actor`, for the miner, delivered on the output `id`; coins, SU and DRL changed hands.
    event OutputDelivered(address indexed actor, bytes32 indexed id, Delivery delivery);

    /// @notice Hashrate or efficiency is zero, or `miner` is no miner established at home.
    error MinerIntake_InvalidRig(bytes32 miner);

    /// @notice Mining is not permitted in `region`.
    error MinerIntake_RegionClosed(bytes32 region);

    /// @notice Networks follow each other in time; neither difficulty nor reward is zero.
    error MinerIntake_InvalidNetwork();

    /// @notice The tolerance is above the whole.
    error MinerIntake_InvalidTolerance();

    /// @notice `id` was used for an attestation before, or is zero.
    error MinerIntake_IdTaken(bytes32 id);

    /// @notice `miner` has no rig on record.
    error MinerIntake_NoRig(bytes32 miner);

    /// @notice The period is empty, not over, older than the rig's record, or begins before `attestedUntil`.
    error MinerIntake_InvalidPeriod(uint64 attestedUntil);

    /// @notice Difficulty over the period is `difficulty`; zero where it is unknown, or changes within the period.
    error MinerIntake_WrongDifficulty(uint128 difficulty);

    /// @notice The rig can have mined at most `most` coins in the period; and no attestation is over nothing.
    error MinerIntake_ImplausibleOutput(uint256 most);

    /// @notice The energy behind that output is from `least` to `most` kWh.
    error MinerIntake_ImplausibleEnergy(uint256 least, uint256 most);

    /// @notice `caller` is not whom this asks for, or acts through a retired wallet.
    error MinerIntake_NotEntitled(address caller);

    /// @notice No such attestation.
    error MinerIntake_Unknown(bytes32 id);

    /// @notice The attestation was delivered on before.
    error MinerIntake_AttestationUsed(bytes32 id);

    /// @notice The attestation is over `attested` coins; and a delivery is worth at least one minor unit of DRL.
    error MinerIntake_AmountOutOfTerms(uint128 attested);

    /// @notice `entity` did not order this delivery, or its order has ended.
    error MinerIntake_NotOrdered(bytes32 id, bytes32 entity);

    /// @notice The payment, now `payment`, is more than the entity or less than the miner agreed to.
    error MinerIntake_PaymentOutOfTerms(uint256 payment);

    /// @notice Permits mining in a region of the country, or ends that. Supervisor only.
    function setRegion(bytes32 region, bool permitted) external;

    /// @notice Registers what a miner runs, in place of what was on record. Supervisor only.
    function registerRig(bytes32 miner, Rig calldata rig) external;

    /// @notice Records difficulty and reward from a time on that is later than those before; a record that has not
    /// begun yet is replaced. Supervisor only.
    function setNetwork(Network calldata network) external;

    /// @notice Vouches for an output. An attestor in good standing, other than the miner, only.
    function attest(bytes32 id, Output calldata output) external;

    /// @notice Strikes an attestation that was found wrong and not delivered on yet; its id stays used. Where its period
    /// is the miner's latest, that may be attested again. Supervisor only.
    function revoke(bytes32 id) external;

    /// @notice Agrees to a delivery of the output `id`, in place of an earlier agreement; zero coins withdraw it.
    /// The entity; it also approves this contract for the payment in DRL.
    function order(bytes32 id, Order calldata order_) external;

    /// @notice Delivers `coins` of the output `id`, which is used up by it, for `trade` of `entity`, who ordered it.
    /// The miner only.
    /// @param minPayment Least DRL the miner accepts, minor units.
    function deliver(bytes32 id, uint128 coins, bytes32 trade, bytes32 entity, uint256 minPayment) external;

    /// @notice What `coins` (8 decimals) bring now: SU to the entity, and DRL to the miner, which is that SU at the
    /// oracle's price; minor units, each rounded down. Reverts without prices to rely on.
    function valueOf(uint128 coins) external view returns (uint128 su, uint256 payment);

    /// @notice The most coins that the rig of `miner` can have mined from `from` to `to`, tolerance included; zero where
    /// the network is unknown or changes in between.
    function mostCoins(bytes32 miner, uint64 from, uint64 to) external view returns (uint256);

    /// @notice The energy (kWh) that `output` can have taken, tolerance included.
    function energyRange(Output calldata output) external view returns (uint256 least, uint256 most);

    /// @notice An attestation, what was delivered on it, and whether it is used up.
    function attestationOf(bytes32 id) external view returns (Output memory output, uint128 delivered);

    /// @notice The agreement of `entity` to a delivery of `id`.
    function orderOf(bytes32 id, bytes32 entity) external view returns (Order memory);

    /// @notice What `miner` runs, and where its latest attested period ends.
    function rigOf(bytes32 miner) external view returns (Rig memory rig, uint64 attestedUntil);

    /// @notice The network at `time`; empty where it is unknown.
    function networkAt(uint64 time) external view returns (Network memory);

    /// @notice Whether mining is permitted in `region`.
    function isPermitted(bytes32 region) external view returns (bool);
}
