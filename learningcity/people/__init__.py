"""Persons and the log-ins they use, organisations, and who may do what for whom.

Words: a *person* is somebody the city knows; a *log-in* is a way to sign in; an *organisation*
offers learning or belongs to the city.
Never: this room does not know what is learned, paid or decided.
"""
