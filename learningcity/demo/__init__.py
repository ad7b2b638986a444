"""The demonstration city, built through the other rooms' actions only.

Words: everything made here is *synthetic* and says so wherever it is seen.
Never: this room writes no table itself and is used by no other room but config.
"""
