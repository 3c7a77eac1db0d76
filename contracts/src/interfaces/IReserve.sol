// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Reserve behind SU
/// @notice Cash at par and volatile coins at their price less the programme's haircut. SU is issued only while the
/// reserve is worth the programme's floor of the supply after the issue.
/// @dev Coins have 8 decimals. Values are minor units of SU, rounded down. Volatile assets live here and at the
/// conversion desk only.
interface IReserve {
    /// @notice `actor` put cash worth `amount` minor units of SU in, under `ref`.
    event CashDeposited(address indexed actor, uint256 amount, bytes32 ref);

    /// @notice `actor` took cash worth `amount` minor units of SU out, under `ref`.
    event CashWithdrawn(address indexed actor, uint256 amount, bytes32 ref);

    /// @notice `actor` put `coins` (8 decimals) in, under `ref`.
    event CoinsDeposited(address indexed actor, uint256 coins, bytes32 ref);

    /// @notice `actor` sold `coins` (8 decimals) for cash worth `proceeds` minor units of SU, under `ref`.
    event CoinsSold(address indexed actor, uint256 coins, uint256 proceeds, bytes32 ref);

    /// @notice The reserve holds less than was to leave it: `held`.
    error Reserve_Insufficient(uint256 held);

    /// @notice The sale is off the market: it must bring between `least` and `most`.
    error Reserve_OffMarket(uint256 least, uint256 most);

    /// @notice Puts cash in, at par. Ramp contract only.
    function depositCash(uint256 amount, bytes32 ref) external;

    /// @notice Takes cash out, at par. Ramp contract only: redemption is honoured as long as there is cash.
    function withdrawCash(uint256 amount, bytes32 ref) external;

    /// @notice Puts coins in. Miner intake only.
    function depositCoins(uint256 coins, bytes32 ref) external;

    /// @notice Records that coins were sold for cash, for between 90 and 110 % of their value at fresh prices. Two
    /// people, a reviewer and the ramp office: see {IDualControl}.
    function sellCoins(uint256 coins, uint256 proceeds, bytes32 ref) external;

    /// @notice Why SU may not be issued so that `supply` is out afterwards: RESERVE_SHORT, PRICE_STALE or OK.
    function checkCoverage(uint256 supply) external view returns (uint8 reason);

    /// @notice What the reserve is worth now, minor units of SU. Reverts while it holds coins without a fresh price.
    function value() external view returns (uint256);

    /// @notice What `coins` (8 decimals) count for: their price less the haircut, minor units of SU, rounded down.
    function coinsValue(uint256 coins) external view returns (uint256);

    /// @notice What it holds: cash in minor units of SU, coins with 8 decimals.
    function holdings() external view returns (uint256 cash, uint256 coins);
}
