"""What stands across the others: search, numbers, the desk, operations."""
