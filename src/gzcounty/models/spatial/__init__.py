"""Neighbours in space: weights, Moran's I, and regressions whose units depend on their neighbours.

Weights and Moran's I need only numpy and scipy. Regressions are estimated by the library spreg,
imported when it is needed.
"""

from .moran import local_moran, moran_change, morans_i
from .regression import lagrange_tests, spatial_model
from .weights import SpatialWeights, as_weights, distance_weights, neighbour_weights

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
