"""Addresses of "My learning" and of a person's rights over their data."""

from django.urls import path

from learningcity.people.views import consents, corrections, erasure, export, mine, rights

urlpatterns = [
    path("mine", mine.mine, name="mine"),
    path("mine/data", rights.data, name="data"),
    path("mine/data/corrections", corrections.corrections, name="corrections"),
    path("mine/history", rights.history, name="history"),
    path("mine/messages", rights.messages, name="messages"),
    path("mine/consents", consents.consents, name="consents"),
    path("mine/download", export.download, name="download"),
    path("mine/erase", erasure.erase, name="erase"),
    path("erased/<uuid:public_id>", erasure.erased, name="erased"),
    path("desk/corrections", corrections.correction_list, name="correction_list"),
    path("desk/corrections/<uuid:public_id>", corrections.correction, name="correction"),
]
