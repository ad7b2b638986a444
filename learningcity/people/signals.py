"""What happens to persons and organisations that other rooms must hear of.

Most signals say what happened and ask for nothing. Two collect: `person_exported` and `person_erased`.
"""

from django.dispatch import Signal

person_exported = Signal()
"""Collects what the rooms hold about a person: `person`, `at`.

Each receiver returns a list of `core.personal.ExportPart`."""

person_erased = Signal()
"""A person's data are being erased, inside the transaction: `person`, `by`, `at`, and `is_rest` if it is
because the account was not used for years: then what is counted may stay, without anything that leads to the
person.

Each receiver deletes or cuts what it holds and returns a list of `core.personal.ErasedPart`: what went, and
what must be kept, why and until when."""

person_merged = Signal()
"""Two entries became one, inside the transaction: `kept`, `dropped`, `by`, `at`.

Each receiver moves what it holds from `dropped` to `kept` and returns a mapping from the label of a table to
the ids it moved, which `person_unmerged` hands back."""

person_unmerged = Signal()
"""A merge is undone, inside the transaction: `kept`, `dropped`, `moved` (label to ids), `by`, `at`."""

person_last_active = Signal()
"""Asks when persons were last active: `persons` (ids of rows).

Each receiver returns a mapping from id to day."""

person_came_of_age = Signal()
"""A person came of age, inside the transaction: `person`, `at`; guardians have lost their access."""

organisation_changed = Signal()
"""An organisation has new particulars, inside the transaction: `organisation`, `by`, `at`."""
