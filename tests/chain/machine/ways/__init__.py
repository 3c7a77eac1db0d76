"""Written sequences: a function called as a reason is refused for it, on a machine, in its last step."""
