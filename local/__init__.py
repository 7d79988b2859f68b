"""AWS on one machine: MiniStack, plus real engines for the services it lacks. `python -m local` serves it."""
