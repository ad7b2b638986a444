"""What may be typed about invitations to an organisation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.forms.roles import RoleForm


class MemberInvitationForm(RoleForm):
    """Who is invited, to which role, and until when the role lasts."""

    field_order = ("email", "role", "until_on")

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Give the e-mail address of the person you invite."),
            "invalid": _("This is not an e-mail address. Give it like name@example.org."),
        },
    )
