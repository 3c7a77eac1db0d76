"""What stands behind the port: each engine for itself, and all of them against each other."""

from importlib.util import find_spec

#: Engines of this process that are installed here; pyrevm has no wheel for every Python.
ENGINES = ["py-evm", *(["revm", "revm-fast"] if find_spec("pyrevm") else []), "eth-tester"]
