"""How long the engines work for one call. docs/local.md has all time-outs around a question, and a test compares them.

A call must end before its caller gives up: work for a caller who has left delays everybody behind it.
"""

# A reply as a whole. The functions that ask for one wait 30 seconds for a text, and 100 for what an image shows.
REPLY_SECONDS = 27.0
SIGHT_SECONDS = 95.0
# A reply as a stream ends when its caller leaves, and at the latest now. A small machine reads a long prompt for a
# minute before it writes; an empty piece is sent meanwhile, because callers wait 30 seconds for the next one.
STREAM_SECONDS = 108.0
PING_SECONDS = 5.0
# The connection to a server, and the list of its models.
CONNECT_SECONDS = LIST_SECONDS = 5.0
# An answer in Q Business's chat, for which chat_sync waits 25 seconds.
CHAT_SECONDS = 22.0

# The extractive engine and OCR: for its turn a call waits the first of each, and works the second.
ANSWER_PATIENCE, ANSWER_SECONDS = 11.0, 17.0
SIGHT_PATIENCE, LOOK_SECONDS = 50.0, 45.0
