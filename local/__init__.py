"""AWS on one machine: MiniStack, and real engines for the services it lacks. `python -m local` serves it."""
