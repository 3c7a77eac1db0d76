"""Events to a double-entry journal, its store, and the reconciliation with the chain."""
