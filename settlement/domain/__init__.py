"""The vocabulary of the simulator. Imports nothing of ours."""
