"""Create, correct and delete an Amazon Q Business application for chat with all it needs, found by name and tag.

No state is kept here: each run asks AWS which resources exist and which are ours.
"""
