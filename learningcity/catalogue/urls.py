"""Addresses of the room."""

from django.urls import path

from learningcity.catalogue.views.closing_days import closing_day_drop, closing_days
from learningcity.catalogue.views.duplicates import (
    duplicate,
    duplicate_again,
    duplicates,
    duplicates_by_hand,
    duplicates_different,
    offer_merge,
    offer_merges,
    source_ranks,
)
from learningcity.catalogue.views.feeds import (
    feed,
    feed_change,
    feed_list,
    feed_new,
    feed_pass,
    feed_pause,
    feed_run,
    feed_settle,
)
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
from learningcity.catalogue.views.saved_searches import saved_search_delete, saved_searches
from learningcity.catalogue.views.search import search, search_map
from learningcity.catalogue.views.skills import offer_skill_remove, offer_skills
from learningcity.catalogue.views.wishes import feedback, feedback_detail, feedback_list, wish, wish_list
from learningcity.catalogue.views.workspace_offers import (
    offer_change,
    offer_copy,
    offer_new,
    offer_new_for,
    offer_preview,
    offer_publish,
    offer_withdraw,
    offer_workspace,
)
from learningcity.catalogue.views.workspace_series import series_dates, series_new, series_workspace
from learningcity.catalogue.views.workspace_sessions import (
    session_cancel,
    session_change,
    session_drop,
    session_free,
    session_full,
    session_postpone,
    session_workspace,
)

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
    path("catalogue/offers/new", offer_new, name="offer_new"),
    path("catalogue/providers/<uuid:public_id>/offers/new", offer_new_for, name="offer_new_for"),
    path("catalogue/offers/<uuid:public_id>", offer_workspace, name="offer_workspace"),
    path("catalogue/offers/<uuid:public_id>/edit", offer_change, name="offer_change"),
    path("catalogue/offers/<uuid:public_id>/preview", offer_preview, name="offer_preview"),
    path("catalogue/offers/<uuid:public_id>/publish", offer_publish, name="offer_publish"),
    path("catalogue/offers/<uuid:public_id>/withdraw", offer_withdraw, name="offer_withdraw"),
    path("catalogue/offers/<uuid:public_id>/copy", offer_copy, name="offer_copy"),
    path("catalogue/offers/<uuid:public_id>/skills", offer_skills, name="offer_skills"),
    path("catalogue/offers/<uuid:public_id>/skills/remove", offer_skill_remove, name="offer_skill_remove"),
    path("catalogue/offers/<uuid:public_id>/series/new", series_new, name="series_new"),
    path("catalogue/series/<uuid:public_id>", series_workspace, name="series_workspace"),
    path("catalogue/series/<uuid:public_id>/dates", series_dates, name="series_dates"),
    path("catalogue/sessions/<uuid:public_id>", session_workspace, name="session_workspace"),
    path("catalogue/sessions/<uuid:public_id>/change", session_change, name="session_change"),
    path("catalogue/sessions/<uuid:public_id>/cancel", session_cancel, name="session_cancel"),
    path("catalogue/sessions/<uuid:public_id>/postpone", session_postpone, name="session_postpone"),
    path("catalogue/sessions/<uuid:public_id>/full", session_full, name="session_full"),
    path("catalogue/sessions/<uuid:public_id>/places-again", session_free, name="session_free"),
    path("catalogue/sessions/<uuid:public_id>/take-out", session_drop, name="session_drop"),
    path("catalogue/closing-days", closing_days, name="closing_days"),
    path("catalogue/closing-days/<uuid:public_id>/take-away", closing_day_drop, name="closing_day_drop"),
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
    path("catalogue/duplicates", duplicates, name="duplicates"),
    path("catalogue/duplicates/different", duplicates_different, name="duplicates_different"),
    path("catalogue/duplicates/by-hand", duplicates_by_hand, name="duplicates_by_hand"),
    path("catalogue/duplicates/ranks", source_ranks, name="source_ranks"),
    path("catalogue/duplicates/<uuid:public_id>", duplicate, name="duplicate"),
    path("catalogue/duplicates/<uuid:public_id>/again", duplicate_again, name="duplicate_again"),
    path("catalogue/merges", offer_merges, name="offer_merges"),
    path("catalogue/merges/<uuid:public_id>", offer_merge, name="offer_merge"),
    path("catalogue/feeds", feed_list, name="feed_list"),
    path("catalogue/feeds/new", feed_new, name="feed_new"),
    path("catalogue/feeds/<slug:key>", feed, name="feed"),
    path("catalogue/feeds/<slug:key>/change", feed_change, name="feed_change"),
    path("catalogue/feeds/<slug:key>/run", feed_run, name="feed_run"),
    path("catalogue/feeds/<slug:key>/pause", feed_pause, name="feed_pause"),
    path("catalogue/feeds/<slug:key>/pass/<uuid:public_id>", feed_pass, name="feed_pass"),
    path("catalogue/feeds/<slug:key>/conflicts/<int:number>", feed_settle, name="feed_settle"),
    path("mine/searches", saved_searches, name="saved_searches"),
    path("mine/searches/<uuid:public_id>/delete", saved_search_delete, name="saved_search_delete"),
]
