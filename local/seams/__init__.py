"""Everything Docent knows of MiniStack's insides, and nothing else; tests/local/test_seams.py fails first.

Each module mends one service: what is added, and why it cannot be done from outside, stands there.
"""
