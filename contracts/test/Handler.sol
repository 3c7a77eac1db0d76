// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {Fixture} from "./Fixture.sol";
import {Vm} from "./Vm.sol";

/// @title Everybody who acts on the system, well-meant or not, and a second set of books
/// @notice Each action draws from one seed, calls as somebody, and never reverts. The books are kept from the
/// token's events alone; what they or the states contradict is written into `violation`.
contract Handler is Fixture {
    struct Book {
        uint256 funded;
        uint256 paid;
        uint256 refunded;
    }

    address private constant SECOND_WALLET = address(0x2009);
    /// @dev At home, yet no authorised entity: in good standing, and may trade with nobody.
    address private constant MISFIT = address(0x200a);
    /// @dev So many of the wallets, the first ones, belong to participants; all but the last start with value.
    uint256 private constant REGISTERED = 9;
    bytes32 private constant TRANSFER = IERC20.Transfer.selector;
    bytes32 private constant MOVED = ISettlementToken.Moved.selector;

    string public violation;
    uint256 public issued;
    uint256 public redeemed;
    bytes32[] public credits;
    address[] public wallets;
    mapping(address account => uint256) public booked;
    mapping(bytes32 credit => Book) public bookOf;
    /// @dev How often a flow moved value, a credit or a draw reached a state.
    mapping(IRulebook.Flow => uint256) public moved;
    mapping(ITradeEscrow.CreditState => uint256) public reached;
    mapping(ITradeEscrow.DrawState => uint256) public drawReached;

    mapping(bytes32 credit => ITradeEscrow.CreditState) private _creditState;
    mapping(bytes32 credit => bytes32 hash) private _termsHash;
    mapping(bytes32 credit => mapping(uint256 draw => ITradeEscrow.DrawState)) private _drawState;
    mapping(bytes32 credit => mapping(uint256 draw => uint128)) private _drawAmount;
    uint256 private _counter;

    /// @dev Draws from `seed`, records, acts, and looks at what happened.
    modifier acts(uint256 seed) {
        _sow(seed);
        vm.recordLogs();
        _;
        _observe();
    }

    function setUp() public override {
        super.setUp();
        _activate(_programme());
        _openPhaseTwo();
        vm.prank(SUPERVISOR);
        participants.addWallet(_nameOf(STATE_BANK), SECOND_WALLET);
        _register(MISFIT, COUNTERPARTY, IParticipants.OwnershipClass.STATE, HOME, HOME);
        wallets = [STATE_BANK, PRIVATE_BANK, SECOND_WALLET, BUYER_ABROAD, SELLER, SHELL, LISTED, MISFIT];
        wallets.push(EXAMINING);
        wallets.push(STRANGER);
        wallets.push(RAMP);
        vm.recordLogs();
        for (uint256 i = 0; i < wallets.length; ++i) {
            address[5] memory spenders = [address(escrow), RAMP, STRANGER, LISTED, PRIVATE_BANK];
            for (uint256 j = 0; j < spenders.length; ++j) {
                vm.prank(wallets[i]);
                token.approve(spenders[j], type(uint256).max);
            }
            if (i < REGISTERED - 1) _give(wallets[i], 1e9);
        }
        _observe();
        _screen(LISTED, IParticipants.Screening.TRUE_MATCH);
        for (uint256 seed = 0; credits.length < 3; ++seed) {
            _sow(seed);
            _openSome(seed % 2 == 0 ? STATE_BANK : BUYER_ABROAD, seed % 2 == 0 ? SELLER : STATE_BANK);
        }
        _observe();
    }

    function actions() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](18);
        selectors[0] = this.advance.selector;
        selectors[1] = this.trade.selector;
        selectors[2] = this.offer.selector;
        selectors[3] = this.agree.selector;
        selectors[4] = this.present.selector;
        selectors[5] = this.examine.selector;
        selectors[6] = this.settle.selector;
        selectors[7] = this.transferDirectly.selector;
        selectors[8] = this.transferAsSpender.selector;
        selectors[9] = this.issueUnits.selector;
        selectors[10] = this.redeemUnits.selector;
        selectors[11] = this.freeze.selector;
        selectors[12] = this.seize.selector;
        selectors[13] = this.rescreen.selector;
        selectors[14] = this.relicense.selector;
        selectors[15] = this.changeOwner.selector;
        selectors[16] = this.changeStage.selector;
        selectors[17] = this.passTime.selector;
    }

    // Actions on credits

    /// @notice Takes the next sensible steps of one credit, waiting where a clock stands in the way.
    function advance(uint256 seed) external acts(seed) {
        _walk(_someCredit(), 5);
    }

    /// @notice Offers a credit that should pass, and takes its next steps.
    function trade(uint256 seed) external acts(seed) {
        uint256 count = credits.length;
        if (_oneIn(2)) _openSome(_oneIn(2) ? STATE_BANK : PRIVATE_BANK, _oneIn(2) ? SELLER : BUYER_ABROAD);
        else _openSome(SELLER, _oneIn(2) ? SHELL : STATE_BANK);
        if (credits.length > count) _walk(credits[count], 8);
    }

    function offer(uint256 seed) external acts(seed) {
        _openSome(_someWallet(), _someWallet());
    }

    function agree(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        uint256 way = _pick(3);
        if (way == 0) _tryIssue(credit);
        else if (way == 1) _tryFund(credit);
        else _tryCancel(credit);
    }

    function present(uint256 seed) external acts(seed) {
        _tryPresent(_someCredit());
    }

    function examine(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        if (_oneIn(2)) _tryExamine(credit, _someDraw(credit));
        else _tryResolve(credit, _someDraw(credit));
    }

    function settle(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        if (_oneIn(2)) _trySettle(credit, _someDraw(credit));
        else _tryExpire(credit);
    }

    // Actions on value

    function transferDirectly(uint256 seed) external acts(seed) {
        (address from, address to) = (_someWallet(), _oneIn(10) ? address(escrow) : _someWallet());
        if (_oneIn(2)) (from, to) = _oneIn(2) ? (PRIVATE_BANK, SELLER) : (BUYER_ABROAD, STATE_BANK);
        uint256 amount = _someAmount(from);
        bool answer = token.canTransfer(from, to, amount);
        (bool ok,) = _try(from, address(token), abi.encodeCall(IERC20.transfer, (to, amount)));
        if (ok != answer) _violated("the dry answer about a transfer lied");
    }

    function transferAsSpender(uint256 seed) external acts(seed) {
        (address spender, address from, address to) = (_someWallet(), _someWallet(), _someWallet());
        uint256 amount = _someAmount(from);
        bool answer = token.detectTransferRestrictionFrom(spender, from, to, amount) == 0;
        (bool ok,) = _try(spender, address(token), abi.encodeCall(IERC20.transferFrom, (from, to, amount)));
        if (ok != answer) _violated("the dry answer about a spender lied");
        if (ok && rulebook.checkParty(spender) != 0) _violated("a spender out of standing moved value");
    }

    function issueUnits(uint256 seed) external acts(seed) {
        bytes32 ref = _oneIn(6) ? keccak256(abi.encode("ramp", 1 + _pick(3))) : _nextRef();
        _try(
            RAMP, address(token), abi.encodeCall(ISettlementToken.issue, (_someWallet(), uint128(1 + _pick(1e9)), ref))
        );
    }

    function redeemUnits(uint256 seed) external acts(seed) {
        address holder = _someWallet();
        uint256 amount = _someAmount(holder);
        _try(RAMP, address(token), abi.encodeCall(ISettlementToken.redeem, (holder, amount, _nextRef())));
    }

    function freeze(uint256 seed) external acts(seed) {
        address account = _oneIn(8) ? address(escrow) : _someWallet();
        uint256 amount = !_oneIn(3) ? 0 : _oneIn(4) ? type(uint256).max : _pick(1e9);
        (bool ok,) =
            _try(SUPERVISOR, address(token), abi.encodeCall(IERC7943Fungible.setFrozenTokens, (account, amount)));
        if (ok && account == address(escrow)) _violated("the escrow was frozen");
    }

    function seize(uint256 seed) external acts(seed) {
        address from = _oneIn(5) ? address(escrow) : _someWallet();
        address to = _oneIn(8) ? address(escrow) : _someWallet();
        uint256 amount = _someAmount(from) / (_oneIn(2) ? 1 : 50);
        _try(SUPERVISOR, address(token), abi.encodeCall(IERC7943Fungible.forcedTransfer, (from, to, amount)));
    }

    // Actions on standing, stage and time

    /// @notice Mostly lifts holds; now and then screening finds something, often about who waits for a payment.
    function rescreen(uint256 seed) external acts(seed) {
        address wallet = _oneIn(2) ? wallets[_pick(REGISTERED)] : escrow.creditOf(_someCredit()).terms.beneficiary;
        bool clear = !_oneIn(3) && wallet != LISTED;
        _screen(wallet, clear ? IParticipants.Screening.CLEAR : IParticipants.Screening(_pick(4)));
    }

    function relicense(uint256 seed) external acts(seed) {
        IParticipants.LicenceStatus licence =
            _oneIn(3) ? IParticipants.LicenceStatus(_pick(4)) : IParticipants.LicenceStatus.ACTIVE;
        _license(wallets[_pick(REGISTERED)], licence, _oneIn(6) ? uint64(block.timestamp + _pick(60 days)) : FAR);
    }

    function changeOwner(uint256 seed) external acts(seed) {
        address wallet = wallets[_pick(REGISTERED)];
        bytes2[3] memory places = [HOME, ABROAD, ELSEWHERE];
        _own(wallet, _oneIn(2) ? _profileOf(wallet).jurisdiction : places[_pick(3)]);
    }

    /// @notice Suspends now and then, resumes always, winds down rarely.
    function changeStage(uint256 seed) external acts(seed) {
        bytes memory data = regime.stage() == IRegime.Stage.SUSPENDED
            ? abi.encodeCall(IRegime.resume, ())
            : abi.encodeCall(IRegime.suspend, ());
        if (_oneIn(24)) data = abi.encodeCall(IRegime.windDown, ());
        if (regime.stage() == IRegime.Stage.SUSPENDED || _oneIn(2)) _try(SUPERVISOR, address(regime), data);
    }

    function passTime(uint256 seed) external acts(seed) {
        uint256 time = block.timestamp + _pick(_oneIn(4) ? 40 days : 2 days);
        bool suspended = regime.stage() == IRegime.Stage.SUSPENDED;
        if (_oneIn(suspended ? 8 : 100)) time = END + _pick(200 days);
        if (time > block.timestamp) vm.warp(time);
        if (suspended && regime.stage() != IRegime.Stage.SUSPENDED) _violated("a suspension lapsed");
    }

    // The end

    /// @notice Long after the regime, with every suspension, hold and freeze lifted, a stranger empties the escrow and
    /// the ramp redeems the rest.
    function windUp() external {
        vm.recordLogs();
        vm.warp((block.timestamp > WIND_DOWN_END ? block.timestamp : WIND_DOWN_END) + 1000 days);
        if (regime.stage() == IRegime.Stage.SUSPENDED) _resume();
        for (uint256 i = 0; i < REGISTERED; ++i) {
            _screen(wallets[i], IParticipants.Screening.CLEAR);
            _own(wallets[i], wallets[i] == SHELL ? HOME : _profileOf(wallets[i]).jurisdiction);
            _freeze(wallets[i], 0);
        }
        for (uint256 i = 0; i < credits.length; ++i) {
            bytes32 credit = credits[i];
            uint256 draws = escrow.creditOf(credit).draws;
            for (uint256 draw = 1; draw <= draws; ++draw) {
                ITradeEscrow.DrawState state = escrow.drawOf(credit, draw).state;
                if (state == ITradeEscrow.DrawState.PRESENTED) escrow.deemAccepted(credit, draw);
                if (state == ITradeEscrow.DrawState.DISCREPANT) escrow.returnDocuments(credit, draw);
                _observe();
                if (escrow.drawOf(credit, draw).state != ITradeEscrow.DrawState.ACCEPTED) continue;
                vm.warp(block.timestamp + escrow.creditOf(credit).terms.tenor);
                escrow.settle(credit, draw);
                _observe();
            }
            ITradeEscrow.CreditState end = escrow.creditOf(credit).state;
            if (end == ITradeEscrow.CreditState.ACTIVE) escrow.expire(credit);
            else if (end < ITradeEscrow.CreditState.ACTIVE) escrow.cancel(credit);
            _observe();
        }
        require(escrow.totalLocked() == 0 && token.balanceOf(address(escrow)) == 0, "the escrow is not empty");
        for (uint256 i = 0; i < wallets.length; ++i) {
            uint256 balance = token.balanceOf(wallets[i]);
            vm.prank(RAMP);
            if (balance > 0) token.redeem(wallets[i], balance, _nextRef());
        }
        _observe();
        require(token.totalSupply() == 0, "SU outlive the regime");
        require(bytes(violation).length == 0, violation);
    }

    // Checks, for the invariants

    function checkSupply() external view {
        uint256 sum = token.balanceOf(address(escrow));
        require(sum == booked[address(escrow)], "the escrow's balance is not what moved");
        for (uint256 i = 0; i < wallets.length; ++i) {
            uint256 balance = token.balanceOf(wallets[i]);
            require(balance == booked[wallets[i]], "a balance is not what moved");
            sum += balance;
        }
        require(token.totalSupply() == issued - redeemed, "supply is not issued less redeemed");
        require(token.totalSupply() == sum, "supply is not the sum of balances");
    }

    function checkCredits() external view {
        uint256 total;
        for (uint256 i = 0; i < credits.length; ++i) {
            ITradeEscrow.Credit memory c = escrow.creditOf(credits[i]);
            Book memory book = bookOf[credits[i]];
            uint256 locked = escrow.lockedOf(credits[i]);
            require(c.funded == book.funded && c.paid == book.paid && c.refunded == book.refunded, "not what moved");
            require(c.funded == uint256(c.paid) + c.refunded + locked, "funded is not paid, refunded and locked");
            require(locked >= c.reserved, "more reserved than locked");
            require(c.funded == 0 || c.funded == c.terms.amount, "funded in part");
            require(c.state == ITradeEscrow.CreditState.ACTIVE || locked == 0, "locked in another state");
            require(c.state != ITradeEscrow.CreditState.ACTIVE || locked > 0, "active with nothing locked");

            uint256 reserved;
            uint256 paid;
            uint256 open;
            for (uint256 draw = 1; draw <= c.draws; ++draw) {
                ITradeEscrow.Draw memory d = escrow.drawOf(credits[i], draw);
                bool isPaid = d.state == ITradeEscrow.DrawState.FINAL;
                bool isOpen = !isPaid && d.state != ITradeEscrow.DrawState.RETURNED;
                if (isOpen) reserved += d.amount;
                if (isOpen) ++open;
                if (isPaid) paid += d.amount;
            }
            require(c.reserved == reserved && c.paid == paid && c.openDraws == open, "credit and draws disagree");
            total += locked;
        }
        require(total == escrow.totalLocked(), "total is not the sum of what is locked");
        require(total == token.balanceOf(address(escrow)), "the escrow is not solvent to the unit");
    }

    function checkDocuments() external view {
        bytes32[] memory used = new bytes32[](256);
        uint256 count;
        for (uint256 i = 0; i < credits.length; ++i) {
            uint256 draws = escrow.creditOf(credits[i]).draws;
            for (uint256 draw = 1; draw <= draws; ++draw) {
                ITradeEscrow.Draw memory d = escrow.drawOf(credits[i], draw);
                if (d.state == ITradeEscrow.DrawState.RETURNED) continue;
                for (uint256 k = 0; k < count; ++k) {
                    require(used[k] != d.transportDocument, "a transport document was used twice");
                }
                used[count++] = d.transportDocument;
            }
        }
    }

    // What happened

    function _violated(string memory what) private {
        if (bytes(violation).length == 0) violation = what;
    }

    function _observe() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bytes32 expected;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(token)) continue;
            if (logs[i].topics[0] == MOVED) expected = _onMoved(logs[i]);
            if (logs[i].topics[0] != TRANSFER) continue;
            bytes32 actual = keccak256(abi.encode(logs[i].topics[1], logs[i].topics[2], logs[i].data));
            if (actual != expected) _violated("a Transfer without its Moved");
            expected = 0;
        }
        if (expected != 0) _violated("a Moved without its Transfer");
        for (uint256 i = 0; i < credits.length; ++i) {
            _onCredit(credits[i]);
        }
    }

    /// @dev Books a movement, and holds it against the rules; nothing else changed in the same action.
    function _onMoved(Vm.Log memory log) private returns (bytes32 transfer) {
        IRulebook.Flow flow = IRulebook.Flow(uint256(log.topics[1]));
        address payer = address(uint160(uint256(log.topics[2])));
        address payee = address(uint160(uint256(log.topics[3])));
        (address from, address to, uint256 amount, bytes32 ref) =
            abi.decode(log.data, (address, address, uint256, bytes32));
        ++moved[flow];

        IRegime.Stage stage = regime.stage();
        bool exit = flow == IRulebook.Flow.PAY || flow == IRulebook.Flow.REFUND || flow == IRulebook.Flow.REDEEM
            || flow == IRulebook.Flow.SEIZE;
        bool over = stage == IRegime.Stage.WIND_DOWN || stage == IRegime.Stage.EXPIRED;
        if (stage != IRegime.Stage.ACTIVE && !(over && exit)) _violated("value moved in a stage that forbids it");

        bool between = flow == IRulebook.Flow.DIRECT || flow == IRulebook.Flow.FUND || flow == IRulebook.Flow.PAY;
        if (between && _residentOf(payer) && _residentOf(payee)) _violated("value moved between residents");
        if (between && !_residentOf(payer) && !_residentOf(payee)) _violated("value moved between foreigners");
        bool entered = flow == IRulebook.Flow.DIRECT || flow == IRulebook.Flow.FUND;
        if (entered && !(_isTrader(payer) && _isTrader(payee))) _violated("traded in another role than its place's");
        if (flow == IRulebook.Flow.SEIZE && !_isInForce(payee)) _violated("seized to somebody out of standing");
        if (to != address(0) && _profileOf(payee).screening != IParticipants.Screening.CLEAR) {
            _violated("value moved to or for a party that is not clear");
        }
        bool own = entered || flow == IRulebook.Flow.REDEEM;
        if (own && amount > 0 && token.balanceOf(from) < token.getFrozenTokens(from)) _violated("frozen value left");
        _book(flow, from, to, amount);
        _bookCredit(flow, payer, payee, from, to, amount, ref);
        return keccak256(abi.encode(uint256(uint160(from)), uint256(uint160(to)), abi.encode(amount)));
    }

    function _isTrader(address wallet) private view returns (bool) {
        IParticipants.Profile memory profile = _profileOf(wallet);
        return profile.roles & _tradesAs(profile) != 0;
    }

    /// @dev Licence and KYC; screening is looked at for every payee.
    function _isInForce(address wallet) private view returns (bool) {
        IParticipants.Profile memory profile = _profileOf(wallet);
        return profile.licence == IParticipants.LicenceStatus.ACTIVE && profile.licenceUntil >= block.timestamp
            && profile.kycUntil >= block.timestamp;
    }

    function _book(IRulebook.Flow flow, address from, address to, uint256 amount) private {
        if (flow == IRulebook.Flow.ISSUE) issued += amount;
        else booked[from] -= amount;
        if (flow == IRulebook.Flow.REDEEM) redeemed += amount;
        else booked[to] += amount;
        if ((flow == IRulebook.Flow.ISSUE) != (from == address(0))) _violated("supply grew without an issue");
        if ((flow == IRulebook.Flow.REDEEM) != (to == address(0))) _violated("supply shrank without a redemption");
    }

    function _bookCredit(
        IRulebook.Flow flow,
        address payer,
        address payee,
        address from,
        address to,
        uint256 amount,
        bytes32 ref
    ) private {
        bool into = flow == IRulebook.Flow.FUND;
        bool out = flow == IRulebook.Flow.PAY || flow == IRulebook.Flow.REFUND;
        if (into != (to == address(escrow)) || out != (from == address(escrow))) {
            _violated("a wrong way through escrow");
        }
        if (!into && !out) return;
        ITradeEscrow.Terms memory terms = escrow.creditOf(ref).terms;
        bool refund = flow == IRulebook.Flow.REFUND;
        if (payer != terms.applicant || payee != (refund ? payer : terms.beneficiary)) _violated("a wrong party");
        if ((into && from != payer) || (out && to != payee)) _violated("a wrong account");
        if (into) bookOf[ref].funded += amount;
        else if (refund) bookOf[ref].refunded += amount;
        else bookOf[ref].paid += amount;
    }

    /// @dev Only the drawn arrows of both state machines, one at a time; agreed terms and amounts stay.
    function _onCredit(bytes32 credit) private {
        ITradeEscrow.Credit memory c = escrow.creditOf(credit);
        bytes32 hash = keccak256(abi.encode(c.terms));
        if (_termsHash[credit] == 0) _termsHash[credit] = hash;
        if (_termsHash[credit] != hash) _violated("terms changed");
        ITradeEscrow.CreditState last = _creditState[credit];
        if (c.state != last) {
            if (!_isArrow(last, c.state)) _violated("a credit took a forbidden step");
            ++reached[c.state];
            _creditState[credit] = c.state;
        }
        for (uint256 draw = 1; draw <= c.draws; ++draw) {
            ITradeEscrow.Draw memory d = escrow.drawOf(credit, draw);
            ITradeEscrow.DrawState lastOfDraw = _drawState[credit][draw];
            if (d.state == lastOfDraw) continue;
            if (!_isArrow(lastOfDraw, d.state)) _violated("a draw took a forbidden step");
            if (lastOfDraw == ITradeEscrow.DrawState.NONE) _drawAmount[credit][draw] = d.amount;
            if (_drawAmount[credit][draw] != d.amount) _violated("a draw's amount changed");
            ++drawReached[d.state];
            _drawState[credit][draw] = d.state;
        }
    }

    function _isArrow(ITradeEscrow.CreditState a, ITradeEscrow.CreditState b) private pure returns (bool) {
        if (a == ITradeEscrow.CreditState.NONE) return b == ITradeEscrow.CreditState.DRAFT;
        if (a == ITradeEscrow.CreditState.ACTIVE) {
            return b == ITradeEscrow.CreditState.CLOSED || b == ITradeEscrow.CreditState.EXPIRED;
        }
        if (a > ITradeEscrow.CreditState.ACTIVE) return false;
        bool forward = uint8(b) == uint8(a) + 1;
        return forward || b == ITradeEscrow.CreditState.CANCELLED;
    }

    function _isArrow(ITradeEscrow.DrawState a, ITradeEscrow.DrawState b) private pure returns (bool) {
        if (a == ITradeEscrow.DrawState.NONE) return b == ITradeEscrow.DrawState.PRESENTED;
        if (a == ITradeEscrow.DrawState.ACCEPTED) return b == ITradeEscrow.DrawState.FINAL;
        if (b == ITradeEscrow.DrawState.ACCEPTED) {
            return a == ITradeEscrow.DrawState.PRESENTED || a == ITradeEscrow.DrawState.DISCREPANT;
        }
        if (a == ITradeEscrow.DrawState.PRESENTED) return b == ITradeEscrow.DrawState.DISCREPANT;
        return a == ITradeEscrow.DrawState.DISCREPANT && b == ITradeEscrow.DrawState.RETURNED;
    }

    // Choices

    function _someWallet() private returns (address) {
        return wallets[_pick(wallets.length)];
    }

    function _someAmount(address from) private returns (uint256) {
        uint256 balance = token.balanceOf(from);
        if (_oneIn(4)) return balance + _pick(2);
        return _pick(_oneIn(3) ? balance + 2 : balance / 20 + 2);
    }

    /// @dev The right caller, mostly.
    function _mostly(address caller) private returns (address) {
        return _oneIn(8) ? _someWallet() : caller;
    }

    /// @dev Mostly one that is not over yet.
    function _someCredit() private returns (bytes32 credit) {
        for (uint256 i = 0; i < 3; ++i) {
            credit = credits[_pick(credits.length)];
            if (_creditState[credit] <= ITradeEscrow.CreditState.ACTIVE) break;
        }
    }

    /// @dev Mostly one that is not over yet; 1 when there is none.
    function _someDraw(bytes32 credit) private returns (uint256 draw) {
        uint256 draws = escrow.creditOf(credit).draws;
        draw = 1;
        for (uint256 i = 0; i < 3 && draws > 0; ++i) {
            draw = 1 + _pick(draws);
            ITradeEscrow.DrawState state = _drawState[credit][draw];
            if (state != ITradeEscrow.DrawState.RETURNED && state != ITradeEscrow.DrawState.FINAL) break;
        }
    }

    function _openSome(address applicant, address beneficiary) private {
        ITradeEscrow.Terms memory terms = _terms(bytes32(++_counter));
        (terms.applicant, terms.beneficiary) = (applicant, beneficiary);
        terms.amount = uint128(1 + _pick(1e8));
        terms.tenor = uint32(_oneIn(2) ? 0 : _pick(30 days));
        terms.partialDraws = !_oneIn(3);
        terms.documents = uint8(1 + _pick(3));
        if (_oneIn(10)) terms.examiner = _someWallet();
        (bool ok, bytes memory result) =
            _try(_mostly(applicant), address(escrow), abi.encodeCall(ITradeEscrow.open, (terms)));
        if (ok) credits.push(abi.decode(result, (bytes32)));
    }

    function _tryIssue(bytes32 credit) private {
        ITradeEscrow.Terms memory terms = escrow.creditOf(credit).terms;
        bytes memory data = abi.encodeCall(ITradeEscrow.issue, (credit, keccak256(abi.encode(terms))));
        _try(_mostly(terms.beneficiary), address(escrow), data);
    }

    function _tryCancel(bytes32 credit) private {
        ITradeEscrow.Terms memory terms = escrow.creditOf(credit).terms;
        address caller = _oneIn(3) ? terms.applicant : _someWallet();
        _try(caller, address(escrow), abi.encodeCall(ITradeEscrow.cancel, (credit)));
    }

    function _tryFund(bytes32 credit) private {
        address applicant = escrow.creditOf(credit).terms.applicant;
        _try(_mostly(applicant), address(escrow), abi.encodeCall(ITradeEscrow.fund, (credit)));
    }

    /// @dev Few different documents, so that their reuse is tried; some stale, too large or from the future.
    function _tryPresent(bytes32 credit) private {
        ITradeEscrow.Terms memory terms = escrow.creditOf(credit).terms;
        uint256 available = escrow.lockedOf(credit) - escrow.creditOf(credit).reserved;
        uint256 amount = terms.partialDraws && !_oneIn(3) ? _pick(available + 2) : available;
        uint256 shippedAt = block.timestamp + 1 - _pick(_oneIn(5) ? 30 days : 2 days);
        bytes32[] memory documents = _set(bytes32(1 + _pick(16)), terms.documents);
        _try(
            _mostly(terms.beneficiary),
            address(escrow),
            abi.encodeCall(ITradeEscrow.present, (credit, uint128(amount), uint64(shippedAt), documents))
        );
    }

    function _tryExamine(bytes32 credit, uint256 draw) private {
        address examiner = _mostly(escrow.creditOf(credit).terms.examiner);
        bytes memory data = _oneIn(2)
            ? abi.encodeCall(ITradeEscrow.accept, (credit, draw))
            : abi.encodeCall(ITradeEscrow.giveNotice, (credit, draw, new string[](1)));
        bool stands = rulebook.checkExaminer(examiner) == 0;
        (bool ok,) = _try(examiner, address(escrow), data);
        if (ok && !stands) _violated("an examiner out of standing examined");
    }

    /// @dev What follows silence or a notice.
    function _tryResolve(bytes32 credit, uint256 draw) private {
        ITradeEscrow.Terms memory terms = escrow.creditOf(credit).terms;
        bool noticed = escrow.drawOf(credit, draw).state == ITradeEscrow.DrawState.DISCREPANT;
        uint256 way = noticed && !_oneIn(8) ? 1 + _pick(2) : 0;
        if (way == 0) {
            _try(_someWallet(), address(escrow), abi.encodeCall(ITradeEscrow.deemAccepted, (credit, draw)));
        } else if (way == 1) {
            bool stands = rulebook.checkParty(terms.applicant) == 0;
            (bool ok,) =
                _try(_mostly(terms.applicant), address(escrow), abi.encodeCall(ITradeEscrow.waive, (credit, draw)));
            if (ok && !stands) _violated("an applicant out of standing waived");
        } else {
            address caller = _oneIn(2) ? terms.beneficiary : _someWallet();
            _try(caller, address(escrow), abi.encodeCall(ITradeEscrow.returnDocuments, (credit, draw)));
        }
    }

    function _trySettle(bytes32 credit, uint256 draw) private {
        _try(_someWallet(), address(escrow), abi.encodeCall(ITradeEscrow.settle, (credit, draw)));
    }

    function _tryExpire(bytes32 credit) private {
        _try(_someWallet(), address(escrow), abi.encodeCall(ITradeEscrow.expire, (credit)));
    }

    function _waitFor(uint256 time) private {
        if (time > block.timestamp) vm.warp(time);
    }

    function _walk(bytes32 credit, uint256 steps) private {
        for (uint256 i = 0; i < steps; ++i) {
            _observe();
            _step(credit);
        }
    }

    function _step(bytes32 credit) private {
        ITradeEscrow.Credit memory c = escrow.creditOf(credit);
        if (c.state == ITradeEscrow.CreditState.DRAFT) return _tryIssue(credit);
        if (c.state == ITradeEscrow.CreditState.ISSUED) return _tryFund(credit);
        if (c.state != ITradeEscrow.CreditState.ACTIVE) return;
        if (c.openDraws == 0) {
            if (block.timestamp <= c.terms.expiry && !_oneIn(4)) return _tryPresent(credit);
            _waitFor(c.terms.expiry + _pick(2));
            return _tryExpire(credit);
        }
        uint256 draw = _someDraw(credit);
        ITradeEscrow.Draw memory d = escrow.drawOf(credit, draw);
        if (d.state == ITradeEscrow.DrawState.PRESENTED) {
            if (!_oneIn(3)) return _tryExamine(credit, draw);
            _waitFor(d.examineUntil + _pick(2));
            _tryResolve(credit, draw);
        } else if (d.state == ITradeEscrow.DrawState.DISCREPANT) {
            if (_oneIn(3)) _waitFor(d.waiveUntil + _pick(2));
            _tryResolve(credit, draw);
        } else if (d.state == ITradeEscrow.DrawState.ACCEPTED) {
            _waitFor(d.maturity - _pick(2));
            _trySettle(credit, draw);
        }
    }
}
