"""What `docent operations` shows of all work."""

import io

from rich.console import Console

from cli.showing import operations

FOUND = {
    "workflows": [
        {
            "workflow": "ingest_document",
            "counts": {"RUNNING": 1, "SUCCEEDED": 1200, "FAILED": 2, "TIMED_OUT": 0, "ABORTED": 0},
        }
    ],
    "alarms": [
        {"name": "IngestFailuresAlarm", "description": "See docs.", "state": "ALARM", "since": "2026-11-29T08:00:00Z"},
        {"name": "BudgetAlarm", "description": "Quiet.", "state": "OK", "since": "2026-11-29T08:00:00Z"},
    ],
    "queues": [
        {"name": "UndeliveredEvents", "depth": 3, "oldest_seconds": 7200, "replayed": True},
        {"name": "UnindexedAnswers", "depth": 0, "replayed": False},
    ],
}


def test_what_failed_what_waits_and_which_alarms_ring_are_shown() -> None:
    said = io.StringIO()
    operations(Console(file=said, width=120), FOUND)
    text = said.getvalue()
    assert "ingest_document" in text
    assert "1,200" in text
    assert "UndeliveredEvents has 3 messages, the oldest for 7,200 seconds; `docent replay` replays them." in text
    assert "IngestFailuresAlarm since 2026-11-29" in text
    assert "BudgetAlarm" not in text
    assert "UnindexedAnswers" not in text
