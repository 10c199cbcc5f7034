"""Neighbours in space: weights, Moran's I, and regressions whose units depend on their neighbours.

Weights and Moran's I need only numpy and scipy. Regressions are estimated by the library spreg,
imported when it is needed.
"""

from .distances import distance_weights
from .lagrange import lagrange_tests
from .local import local_moran
from .moran import morans_i
from .moran_change import moran_change
from .neighbours import neighbour_weights
from .reading import as_weights
from .regression import spatial_model
from .weights import SpatialWeights

__all__ = [
    "SpatialWeights",
    "as_weights",
    "distance_weights",
    "lagrange_tests",
    "local_moran",
    "moran_change",
    "morans_i",
    "neighbour_weights",
    "spatial_model",
]
