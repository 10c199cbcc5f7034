"""The exercises of the notebooks, and how an answer to one of them is checked.

What may be asked for is in `wanted`, what comes back in `reply`, and the exercises themselves stand
in one module a notebook. Each computes its right answer from the data, and the wrong answers that
are often given, with a hint for each. Nothing here shows a solution.
"""
