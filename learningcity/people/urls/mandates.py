"""Addresses of mandates, and of a person's contact."""

from django.urls import path

from learningcity.people.views import contact, mandates, own_mandates

urlpatterns = [
    path("desk/people/<uuid:public_id>/mandate", mandates.mandate_ask, name="mandate_ask"),
    path("desk/mandates/<uuid:public_id>/code", mandates.mandate_code, name="mandate_code"),
    path("desk/mandates/<uuid:public_id>/end", mandates.mandate_end, name="mandate_end"),
    path("mandates/<uuid:public_id>/scan", mandates.mandate_scan, name="mandate_scan"),
    path("mine/helpers", own_mandates.helpers, name="helpers"),
    path("mine/helpers/<uuid:public_id>/accept", own_mandates.helpers_accept, name="helpers_accept"),
    path("mine/helpers/<uuid:public_id>/end", own_mandates.helpers_end, name="helpers_end"),
    path("mine/contact", contact.contact, name="contact"),
    path("mine/contact/code", contact.contact_code, name="contact_code"),
    path("mine/contact/confirm", contact.contact_confirm, name="contact_confirm"),
]
