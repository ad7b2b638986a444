"""What other rooms may hear from core."""

from django.dispatch import Signal

# A backup has taken the place of the whole database. Sent with `at`; what was derived from the database (the
# search index, say) no longer fits it.
data_restored = Signal()
