"""The state machine that says every operation to the contracts and to the model, in parts by subject."""
