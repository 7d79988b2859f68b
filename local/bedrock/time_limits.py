"""How long the engines work for one call. docs/local.md has all timeouts around a question, and a test compares them.

A call must end before its caller gives up: work for a caller who has left delays everybody behind it.
"""

# A reply as a whole: an answer over HTTP is sent after 26 seconds, and a caption is waited for 100 seconds.
REPLY_SECONDS = 24.0
SIGHT_SECONDS = 95.0
# A streamed reply ends when its caller leaves, and at the latest now. A small machine can read a long prompt for a
# minute before it writes. Meanwhile an empty piece is sent, because callers wait 30 seconds for the next one.
STREAM_SECONDS = 108.0
PING_SECONDS = 5.0
# An answer in Q Business's chat, for which chat_sync waits 25 seconds.
CHAT_SECONDS = 22.0
# The connection to a server, and the list of its models.
CONNECT_SECONDS = LIST_SECONDS = 5.0

# The extractive engine and OCR: a call waits for its turn at most the first of each, and works at most the second.
ANSWER_PATIENCE, ANSWER_SECONDS = 10.0, 14.0
# A batch of texts, for which functions wait 30 seconds. What takes longer is kept for the next try.
EMBED_PATIENCE, EMBED_SECONDS = 14.0, 60.0
SIGHT_PATIENCE, LOOK_SECONDS = 50.0, 45.0
