"""Who may be signed in."""

from allauth.account.auth_backends import AuthenticationBackend

from learningcity.people.models import Login


class LoginBackend(AuthenticationBackend):
    """Sign in by address and password. Nobody is signed in whose log-in is closed or whose entry is gone.

    An address that nobody has costs the same work as a wrong password.
    """

    def user_can_authenticate(self, user: Login) -> bool:  # type: ignore[override]
        """Return whether the log-in is open and its person still here."""
        return user.is_active and user.person.is_here

    def get_user(self, user_id: int) -> Login | None:
        """Return the log-in of a session with its person, who is asked for on every page."""
        login = Login.objects.select_related("person").filter(pk=user_id).first()
        return login if login and self.user_can_authenticate(login) else None
