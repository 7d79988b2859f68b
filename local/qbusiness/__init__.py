"""Amazon Q Business on one machine: its wire, its access lists, its conversations; answers are extractive."""
