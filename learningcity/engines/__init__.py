"""The arithmetic: what can be computed from arrays alone.

Words: an *engine* takes and returns plain values, numpy arrays or frozen dataclasses; each has a page in `docs/methods/`.
Never: no engine knows Django, a database, a request, a translation or the time of day. It can be used in a notebook.
"""
