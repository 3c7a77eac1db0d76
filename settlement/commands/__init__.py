"""The commands of ``settlement``, each a function that the parser calls."""
