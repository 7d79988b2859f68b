"""Everything Docent knows of MiniStack's insides, and nothing else; tests/local/test_seams.py fails first.

Each module changes one service at run time; `catalogue` lists the changes, and the server applies them.
"""
