"""Tasks, items, answers and labels, for functions that have people mark segments of audio and video."""
