"""What may be asked for on the pages of the catalogue."""

from learningcity.catalogue.forms.search import SearchForm, filter_pairs

__all__ = ["SearchForm", "filter_pairs"]
