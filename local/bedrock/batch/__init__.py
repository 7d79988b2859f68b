"""Batch inference: jobs that answer the records of JSONL files in S3, with the engines that answer Converse."""
