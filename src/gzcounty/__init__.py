"""County data of Guizhou and the income models of a companion on rural e-commerce.

Use it as ``import gzcounty as gz``. Names load on first use, so that importing costs nothing;
``__init__.pyi`` tells editors and type checkers where each one lives.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "gzcounty.errors": ["InputError", "TrapError"],
    "gzcounty.data.guizhou": [
        "current_adcode", "load_anomalies", "load_boundaries", "load_cases", "load_code_changes",
        "load_counties", "load_digital_finance", "load_events", "load_geography",
        "load_industry_employment", "load_literature", "load_neighbours", "load_pilots",
        "load_poverty_exits", "load_programme", "load_series", "load_sources", "load_tile_grid",
    ],
    "gzcounty.data.census": ["load_census"],
    "gzcounty.data.panel": ["load_panel"],
    "gzcounty.data.china": ["load_china_counties"],
    "gzcounty.data.claims": ["load_claims"],
    "gzcounty.data.dictionary": ["describe"],
    "gzcounty.reading.panel": ["read_panel"],
    "gzcounty.reading.roster": ["load_roster"],
    "gzcounty.measures.profile": ["county_profile"],
    "gzcounty.measures.penetration": ["penetration"],
    "gzcounty.measures.change": ["census_change", "growth"],
    "gzcounty.measures.sample": ["sample_name"],
    "gzcounty.measures.entropy": ["entropy_weights"],
    "gzcounty.measures.composite": ["composite_index"],
    "gzcounty.measures.carrying": ["carrying_capacity"],
    "gzcounty.measures.coupling": ["coupling_coordination"],
    "gzcounty.measures.dimensions": ["dimension_indices"],
    "gzcounty.measures.obstacle": ["obstacle_degree"],
    "gzcounty.measures.specialisation": ["krugman_dissimilarity", "location_quotient"],
    "gzcounty.measures.concentration": ["herfindahl"],
    "gzcounty.measures.relatedness": ["relatedness", "relatedness_density"],
    "gzcounty.measures.inequality": ["gini", "theil"],
    "gzcounty.measures.convergence": ["sigma_convergence"],
    "gzcounty.models.ols": ["ols"],
    "gzcounty.models.panel": ["panel_ols"],
    "gzcounty.models.event_study": ["event_study"],
    "gzcounty.models.differences": ["first_difference", "long_difference"],
    "gzcounty.models.convergence": ["beta_convergence"],
    "gzcounty.models.quantile": ["quantile_regression"],
    "gzcounty.models.decomposition": ["oaxaca_decomposition"],
    "gzcounty.models.mediation": ["mediation"],
    "gzcounty.models.staggered": ["staggered_did"],
    "gzcounty.models.bacon": ["bacon_decomposition"],
    "gzcounty.models.synthetic": ["synthetic_control"],
    "gzcounty.models.spatial": [
        "distance_weights", "lagrange_tests", "local_moran", "moran_change", "morans_i",
        "neighbour_weights", "spatial_model",
    ],
    "gzcounty.models.paper": ["paper_table"],
    "gzcounty.models.distance_matrix": ["distance_matrix"],
    "gzcounty.models.location": ["assign_to_hubs", "p_median"],
    "gzcounty.inference.bootstrap": ["wild_bootstrap"],
    "gzcounty.inference.randomisation": ["randomisation_test"],
    "gzcounty.inference.influence": ["leave_one_out"],
    "gzcounty.inference.pairs": ["pair_mean"],
    "gzcounty.inference.specifications": ["specification_curve"],
    "gzcounty.inference.targeting": ["simulate_targeting"],
    "gzcounty.simulation": ["simulate_panel"],
    "gzcounty.charts": [
        "atlas", "bacon_plot", "coefficient_plot", "distribution_chart", "dose_chart",
        "dumbbell_chart", "estimate_row", "event_study_plot", "forest_plot", "group_time_plot",
        "hub_chart", "index_explorer", "map_chart", "moran_chart", "opportunity_chart",
        "pair_explorer", "paths_chart", "profile_chart", "ranked_chart", "scatter_chart",
        "specification_plot", "synthetic_plot", "targeting_chart", "tile_map",
    ],
    "gzcounty.charts.print": ["save_figure"],
    "gzcounty.published.registry": ["check_published"],
    "gzcounty.widgets.hubs": ["hub_lab"],
    "gzcounty.widgets.regression": ["regression_lab"],
    "gzcounty.widgets.staggered": ["staggered_lab"],
    "gzcounty.widgets.weights": ["weights_lab"],
    "gzcounty.claims.registry": ["examine", "ledger"],
    "gzcounty.claims.rules": ["Rule"],
    "gzcounty.exercises.registry": ["check", "list_exercises"],
    "gzcounty.quoting": ["publish", "publish_ledger"],
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a public name from its module when it is first asked for."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'gzcounty' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
