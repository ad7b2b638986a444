"""What can be done with the city: load its bundle, add places, measure walks."""

from learningcity.city.actions.bundle import LoadReport, load_bundle
from learningcity.city.actions.venue import VenueRefused, add_venue
from learningcity.city.actions.walk import measure_walks

__all__ = ["LoadReport", "VenueRefused", "add_venue", "load_bundle", "measure_walks"]
