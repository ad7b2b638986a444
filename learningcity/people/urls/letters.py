"""Addresses of the letters that wait to be posted."""

from django.urls import path

from learningcity.people.views import letters

urlpatterns = [
    path("desk/letters", letters.letters, name="letters"),
    path("desk/letters/<uuid:public_id>/open", letters.letter_open, name="letter_open"),
    path("desk/letters/<uuid:public_id>/posted", letters.letter_posted, name="letter_posted"),
]
