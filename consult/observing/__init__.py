"""What the platform tells of itself: a line for each request and job, and numbers. No personal data."""
