"""What there is to learn: providers, offers, their series and sessions, and finding them.

Words: an *offer* is what can be learned; a *series* is one run of it; a *session* is one date of a series.
Never: this room knows no learner; places taken belong to enrolment, money to funding.
"""
