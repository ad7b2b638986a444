"""The catalogue for machines: records asked for one by one or searched, and feeds to keep a copy by."""

from learningcity.catalogue.api.feeds import router

__all__ = ["router"]
