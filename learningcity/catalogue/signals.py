"""What happens in the catalogue that the rooms above must hear of."""

from django.dispatch import Signal

session_changed = Signal()
"""A session has another time, place, room, trainer or state, inside the transaction: `session`, `before` (the
former values of the fields that changed, by name: `starts_at`, `venue_id`, `status` …), `by`, `at`."""

offers_merged = Signal()
"""Two offers became one, inside the transaction: `kept`, `dropped`, `merge` (its public identifier), `series`
and `sessions` (dropped row to kept row, of those that are the same), `by`, `at`.

Series and sessions that only the dropped offer had stand under the kept one already. Each receiver moves what
it holds from the dropped rows to the kept ones, and may return a mapping (what JSON can hold, by a name that
no other room uses) that `merge_undone` hands back."""

merge_undone = Signal()
"""A merge is undone, inside the transaction: `kept`, `dropped`, `merge`, `series`, `sessions`, `moved` (the
mappings that the receivers of `offers_merged` returned, as one), `by`, `at`.

Each receiver puts back what it moved; what came since to the kept offer stays there."""

sessions_overlaid = Signal()
"""A layer was laid over sessions or lifted, inside the transaction: `overlay`, `sessions` (rows), `by`, `at`.

What holds for them now is said by `queries.effective.effective_sessions`."""
