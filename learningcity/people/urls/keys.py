"""Addresses of the keys of an organisation."""

from django.urls import path

from learningcity.people.views import keys

urlpatterns = [
    path("organisations/<uuid:public_id>/keys", keys.organisation_keys, name="organisation_keys"),
    path("organisations/<uuid:public_id>/keys/<uuid:key_id>/rotate", keys.key_rotate, name="key_rotate"),
    path("organisations/<uuid:public_id>/keys/<uuid:key_id>/revoke", keys.key_revoke, name="key_revoke"),
]
