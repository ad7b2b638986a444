"""The city itself: its areas, its population, its places and its streets. Open data only.

Words: an *area* is a district or a small statistical area; a *venue* is a place where learning can happen;
a *city bundle* is the folder a city is loaded from.
Never: this room holds nothing about a single person.
"""
