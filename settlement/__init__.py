"""An executable model of a central-bank-led, time-boxed regime for settling foreign trade."""
