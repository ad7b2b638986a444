"""Ask other machines over HTTP without being led astray.

An address that somebody typed, or to which another machine sent us, may point into our own network. So a name
is resolved here, every address it stands for must be public, and we connect to the very address that was
checked. Each redirect is checked anew. Answers are bounded in size (packed and unpacked) and in time (one
deadline for everything). `LEARNINGCITY_FETCH_ALLOW` names what an operator runs inside on purpose.
"""

from learningcity.core.fetching.asking import Fetched, fetch
from learningcity.core.fetching.refusals import FetchRefused

__all__ = ["FetchRefused", "Fetched", "fetch"]
