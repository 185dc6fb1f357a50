"""Master data and past calls from tables: CSV and XLSX, judged row by row.

A file is read twice and kept nowhere but in the database: once to say a verdict for
each row, once to do it. What a row becomes is decided by the rooms' own checks.
"""
