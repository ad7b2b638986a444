"""Addresses of the room."""

from django.urls import path

from learningcity.catalogue.views.freshness import confirm_by_link, confirm_own, freshness_list
from learningcity.catalogue.views.home import home
from learningcity.catalogue.views.map_base import map_areas, map_streets
from learningcity.catalogue.views.offers import offer_calendar, offer_detail
from learningcity.catalogue.views.own import own_offers
from learningcity.catalogue.views.programmes import (
    own_programmes,
    programme_calendar,
    programme_detail,
    programme_edit,
    programme_empty,
    programme_fill,
    programme_list,
    programme_show,
)
from learningcity.catalogue.views.providers import provider_detail, provider_list
from learningcity.catalogue.views.search import search, search_map
from learningcity.catalogue.views.wishes import feedback, feedback_detail, feedback_list, wish, wish_list

app_name = "catalogue"

urlpatterns = [
    path("", home, name="home"),
    path("search", search, name="search"),
    path("search/map", search_map, name="search_map"),
    path("search/map/areas.json", map_areas, name="map_areas"),
    path("search/map/streets/<int:zoom>/<int:column>/<int:row>.svg", map_streets, name="map_streets"),
    path("offers/<uuid:public_id>", offer_detail, name="offer_detail"),
    path("offers/<uuid:public_id>/calendar.ics", offer_calendar, name="offer_calendar"),
    path("catalogue", own_offers, name="own_offers"),
    path("providers", provider_list, name="provider_list"),
    path("providers/<uuid:public_id>", provider_detail, name="provider_detail"),
    path("wishes/new", wish, name="wish"),
    path("suggestions/new", feedback, name="suggestion"),
    path("offers/<uuid:public_id>/error", feedback, name="error_report"),
    path("catalogue/wishes", wish_list, name="wish_list"),
    path("catalogue/suggestions", feedback_list, name="feedback_list"),
    path("catalogue/suggestions/<uuid:public_id>", feedback_detail, name="feedback_detail"),
    path("confirm/<str:token>", confirm_by_link, name="confirm_by_link"),
    path("catalogue/confirm/<uuid:public_id>", confirm_own, name="confirm_own"),
    path("catalogue/not-confirmed", freshness_list, name="freshness_list"),
    path("programmes", programme_list, name="programme_list"),
    path("programmes/<uuid:public_id>", programme_detail, name="programme_detail"),
    path("programmes/<uuid:public_id>/calendar.ics", programme_calendar, name="programme_calendar"),
    path("catalogue/programmes", own_programmes, name="own_programmes"),
    path("catalogue/programmes/<uuid:public_id>", programme_edit, name="programme_edit"),
    path("catalogue/programmes/<uuid:public_id>/fill", programme_fill, name="programme_fill"),
    path(
        "catalogue/programmes/<uuid:public_id>/take-out/<uuid:offer_id>",
        programme_empty,
        name="programme_empty",
    ),
    path("catalogue/programmes/<uuid:public_id>/show", programme_show, name="programme_show"),
]
