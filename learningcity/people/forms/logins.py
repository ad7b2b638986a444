"""What may be typed about log-ins that an invitation makes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learningcity.people.forms.sign_in import address_field, name_field, password_field


class InvitationForm(forms.Form):
    """What somebody says of themselves who was invited."""

    name = name_field()
    email = address_field()
    password = password_field(
        _("Password"), "new-password", _("At least 12 signs. Three or four words in a row are good.")
    )
