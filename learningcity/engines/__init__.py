"""The arithmetic: what can be computed from arrays alone.

Words: an *engine* takes and returns plain values, numpy arrays or frozen dataclasses, and has a page in
`docs/methods/`. It can be used in a notebook.
Never: no engine knows Django, a database, a request, a translation or the time of day.
"""
