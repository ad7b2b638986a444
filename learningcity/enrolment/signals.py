"""What happens to enrolments that the rooms above must hear of."""

from django.dispatch import Signal

places_changed = Signal()
"""More or fewer places are left, inside the transaction: `intakes` (ids of rows), `at`."""

enrolment_changed = Signal()
"""An enrolment has a new state, inside the transaction: `enrolment`, `before` (former state), `by`, `at`."""

attendance_taken = Signal()
"""Presence at a session was entered or corrected, inside the transaction: `attendance`, `by`, `at`."""

learning_completed = Signal()
"""A person completed what they were enrolled in, inside the transaction: `completion`, `by`, `at`.

The record hears it; sent once for each completion."""

completion_withdrawn = Signal()
"""A completion no longer holds, inside the transaction: `completion`, `by`, `at`."""
