"""Optional models for a better local search, downloaded by `docent up --models better`."""
