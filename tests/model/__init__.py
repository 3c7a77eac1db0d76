"""The rulebook once more, in plain Python: the oracle that the contracts are held against.

Written from the rules and from what the interfaces promise, with other means than the contracts
use: windows are lists of dated amounts, the first reason is the smallest of all that apply. Each
part has the methods of its twin, with the same names and arguments, so that one line of a test can
be said to both. A method changes the state or raises ``Refused``; ``Model.attempt`` takes back what
a refused one began.
"""
