"""Numbers, surges, digests and reports about all cases, for who supervises and for the public."""
