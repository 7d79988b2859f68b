"""The text of a PDF in passages, read page by page in a process that may fail."""
