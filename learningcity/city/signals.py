"""What other rooms may hear from the city."""

from django.dispatch import Signal

# Places that were known before have another name, kind or point, or are gone or back. Sent with `venues`
# (their ids), `was` (name and address before, by id, where one of them is new) and `at`, inside the
# transaction that changes them.
venues_changed = Signal()
