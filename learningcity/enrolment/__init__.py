"""Enrolment: places in learning, the waiting list, attendance and completion.

Words: an *intake* says how the places of a series, or of one session, are given; an *enrolment* is one
person's way through it (held, waiting, offered, enrolled …); a *party* is a group that enrols together; the
*queue* is the waiting list, whose *events* are published and can be replayed by anybody.
Never: this room moves no money and recognises nothing. It tells that learning was completed.
"""
