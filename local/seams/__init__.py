"""The only code that knows MiniStack's internals. When they change, tests/local/test_seams.py fails first.

Each module changes one service at run time; `catalogue` lists the changes, and the server applies them.
"""
