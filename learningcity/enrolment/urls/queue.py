"""Addresses of waiting lists: the published list, the answer to an offered place, one's own reasons."""

from django.urls import path

from learningcity.enrolment.views.queue import offer_answer, place_reasons, queue_detail, queue_document

urlpatterns = [
    path("queues/<uuid:intake_id>", queue_detail, name="queue_detail"),
    path("queues/<uuid:intake_id>/list.json", queue_document, name="queue_document"),
    path("my-place/<str:token>/answer", offer_answer, name="offer_answer"),
    path("mine/places/<uuid:enrolment_id>/reasons", place_reasons, name="place_reasons"),
]
