"""`docent evaluate`: ask the questions of a file, compare the answers with the expected ones, write a report.

questions.py and question_fields.py read the file, asking.py asks, folder.py keeps each answer as soon as it is there,
judging.py judges one answer, measures.py and comparison.py sum up, and report_page.py writes the page to look at.
"""
