"""`docent`, for a person at a terminal, against this machine or a stack in the cloud."""
