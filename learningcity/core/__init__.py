"""What every room stands on: refusals, actors, the audit trail, the page frame and its parts.

Words: an *actor* says who acts, for whom, by which right, through which channel; a *refusal* is an answer.
Never: this room knows no person, no place and no offer; it holds opaque ids.
"""
