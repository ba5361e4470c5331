"""What functions are given in a real run: recorded in the user's own program, written down, and found again by file."""
