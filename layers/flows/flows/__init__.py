"""Flows as values: their definitions, the expressions and conditions in them, and what is wrong with them."""
