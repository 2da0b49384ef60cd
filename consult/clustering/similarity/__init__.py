"""How alike two documents are, learnt from labelled pairs, and why."""
