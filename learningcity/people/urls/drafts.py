"""Addresses of half-filled forms."""

from django.urls import path

from learningcity.people.views import drafts

urlpatterns = [
    path("mine/drafts", drafts.drafts, name="drafts"),
    path("mine/drafts/<uuid:draft_id>/drop", drafts.drop, name="draft_drop"),
]
