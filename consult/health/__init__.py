"""What must be well for the platform to work, and what to do where it is not."""
