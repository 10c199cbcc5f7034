"""Altair charts that need no kernel: they take tables and results, and know nothing of files."""

from gzcounty.charts import display
from gzcounty.charts.atlas import atlas
from gzcounty.charts.coefficients import coefficient_plot, estimate_row, event_study_plot
from gzcounty.charts.distribution import distribution_chart
from gzcounty.charts.dose import dose_chart
from gzcounty.charts.dumbbell import dumbbell_chart
from gzcounty.charts.forest import forest_plot
from gzcounty.charts.hubs import hub_chart
from gzcounty.charts.index_explorer import index_explorer
from gzcounty.charts.maps import map_chart, tile_map
from gzcounty.charts.moran import moran_chart
from gzcounty.charts.opportunities import opportunity_chart
from gzcounty.charts.pairs import pair_explorer
from gzcounty.charts.paths import paths_chart
from gzcounty.charts.profile import profile_chart
from gzcounty.charts.ranked import ranked_chart
from gzcounty.charts.scatter import scatter_chart
from gzcounty.charts.specifications import specification_plot
from gzcounty.charts.staggered import bacon_plot, group_time_plot
from gzcounty.charts.synthetic import synthetic_plot
from gzcounty.charts.targeting import targeting_chart

display.use()

__all__ = [
    "atlas",
    "bacon_plot",
    "coefficient_plot",
    "distribution_chart",
    "dose_chart",
    "dumbbell_chart",
    "estimate_row",
    "event_study_plot",
    "forest_plot",
    "group_time_plot",
    "hub_chart",
    "index_explorer",
    "map_chart",
    "moran_chart",
    "opportunity_chart",
    "pair_explorer",
    "paths_chart",
    "profile_chart",
    "ranked_chart",
    "scatter_chart",
    "specification_plot",
    "synthetic_plot",
    "targeting_chart",
    "tile_map",
]
