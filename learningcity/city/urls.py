"""Addresses of the room."""

from django.urls import path

from learningcity.city.views import about, access, areas, places

app_name = "city"

urlpatterns = [
    path("places", places.venue_list, name="venue_list"),
    path("places/<uuid:public_id>", places.venue_detail, name="venue_detail"),
    path("areas", areas.area_list, name="area_list"),
    path("areas/<slug:set_key>/<str:code>", areas.area_detail, name="area_detail"),
    path("city/access", access.access, name="access"),
    path("about/data", about.about_data, name="about_data"),
]
