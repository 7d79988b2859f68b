"""Amazon DataZone on this machine: domains, projects, the catalogue, requests for what is in it, and their events."""
