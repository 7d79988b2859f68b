"""An Amazon Q Business application for chat, with all it needs around it: made, corrected and removed by name and tag.

Nothing is remembered here: what is there, and whose it is, is asked of AWS each time.
"""
