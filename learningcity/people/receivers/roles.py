"""What people does when somebody signs in: the role in which they begin counts as used."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.timezone import now

from learningcity.people.actions.roles import note_role_used
from learningcity.people.middleware import has_second_factor
from learningcity.people.models import Login
from learningcity.people.queries.actors import actor_of, chosen_membership


@receiver(user_logged_in, dispatch_uid="people.roles.signed_in")
def note_role_of_the_day(sender: object, request: HttpRequest | None, user: Login, **more: Any) -> None:
    """Note the use of the role in which somebody begins; without a second factor nobody has one."""
    # A sign-in that is no page (a command, a test) has no session to tell how it was proved.
    is_page = hasattr(request, "session") and hasattr(request, "user")
    if request is None or not is_page or not has_second_factor(request):
        return
    at = now()
    membership = chosen_membership(user, "", at=at)
    if membership is not None:
        note_role_used(membership, by=actor_of(user, second_factor=True, at=at), at=at)
