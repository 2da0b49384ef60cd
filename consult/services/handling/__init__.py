"""The message board: cases, their clocks, the units that answer, and what became of each."""
