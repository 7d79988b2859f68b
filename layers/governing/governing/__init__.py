"""Data products, requests for them, the policies that decide, and the log of all decisions."""
