"""The pictures. One file each: TITLE, QUESTION, figure(...), caption(...), table(...).

`figure` draws. `caption` says the same in words; it is also the alt text, and holds nothing that a person
typed, so it may go through Markdown. `table` gives the numbers as rows, with typed text as it was typed.
"""
