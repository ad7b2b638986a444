"""Start-up of the room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from learningcity.core.health import register_check
from learningcity.core.navigation import PROVIDER, SIGNED_IN, STAFF, register_page, register_room
from learningcity.core.personal import keep


class CatalogueConfig(AppConfig):
    """The room at start-up: its pages in the navigation, its panels on others' pages, its ears."""

    name = "learningcity.catalogue"
    label = "catalogue"
    verbose_name = _("catalogue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the pages and fill the places that other rooms' pages leave."""
        register_room("learn", _("Learn"), "catalogue:home", 10)
        register_room("catalogue", _("Catalogue"), "catalogue:provider_list", 20, STAFF)
        register_room("catalogue", _("Catalogue"), "catalogue:own_offers", 20, PROVIDER)
        register_page("learn", _("Find learning"), "catalogue:search", 10)
        register_page("catalogue", _("Wishes"), "catalogue:wish_list", 60, STAFF)
        register_page("catalogue", _("Festivals and campaigns"), "catalogue:own_programmes", 55, STAFF)
        register_page("catalogue", _("Festivals and campaigns"), "catalogue:own_programmes", 55, PROVIDER)
        register_page("learn", _("Festivals and campaigns"), "catalogue:programme_list", 30)
        register_page("catalogue", _("Not confirmed"), "catalogue:freshness_list", 62, STAFF)
        register_page("catalogue", _("Suggestions and errors"), "catalogue:feedback_list", 65, STAFF)
        register_page("catalogue", _("Wishes"), "catalogue:wish_list", 60, PROVIDER)
        register_page("catalogue", _("Suggestions and errors"), "catalogue:feedback_list", 65, PROVIDER)
        register_page("catalogue", _("Feeds"), "catalogue:feed_list", 56, STAFF)
        register_page("catalogue", _("Offered twice?"), "catalogue:duplicates", 58, STAFF)
        register_page("catalogue", _("All offers"), "catalogue:own_offers", 5, STAFF)
        register_page("catalogue", _("Your offers"), "catalogue:own_offers", 5, PROVIDER)
        register_page("catalogue", _("Closing days"), "catalogue:closing_days", 70, STAFF)
        register_page("mine", _("Saved searches"), "catalogue:saved_searches", 25, SIGNED_IN)
        register_page("learn", _("Providers"), "catalogue:provider_list", 40)
        import_module("learningcity.catalogue.panels").fill_places()
        import_module("learningcity.catalogue.receivers")
        import_module("learningcity.catalogue.forms.kept").fill_forms()
        keep(import_module("learningcity.catalogue.queries.senders").FEEDBACK_KEPT)
        keep(import_module("learningcity.catalogue.queries.saved_searches").SEARCHES_KEPT)
        register_check("search", import_module("learningcity.catalogue.queries.search").is_search_ready)
