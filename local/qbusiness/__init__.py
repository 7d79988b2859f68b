"""Amazon Q Business on one machine: its API, access control and conversations. Answers are extractive."""
