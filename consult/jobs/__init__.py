"""The few things done outside a request; each job calls one service."""
