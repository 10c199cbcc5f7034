"""County data of Guizhou, measures of penetration with their grades, and models of income.

Use it as ``import gzcounty as gz``. Names load on first use, so that importing costs nothing;
``__init__.pyi`` lists them with the module of each.
"""

from importlib import import_module
from types import FunctionType
from typing import Any
from warnings import warn

import lazy_loader

from gzcounty.language import N_, _

__version__ = "0.1.0"

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ += ["__version__"]

# Names of version 0.1 that live in `gzbook`, the companion to the paper, now.
_MOVED_TO_GZBOOK = frozenset({
    "Rule", "atlas", "check", "check_published", "county_profile", "dose_chart", "examine",
    "forest_plot", "hub_chart", "hub_lab", "index_explorer", "ledger", "list_exercises",
    "load_claims", "load_roster", "moran_chart", "opportunity_chart", "pair_explorer",
    "profile_chart", "publish", "publish_ledger", "regression_lab", "staggered_lab",
    "targeting_chart", "weights_lab",
})  # fmt: skip

# Names of version 0.1 that are gone, and what to use instead.
_REMOVED = {
    "first_difference": N_(
        "difference the columns with pandas, data.groupby(entity)[columns].diff(), and give them "
        "to gzcounty.panel_ols with entity_effects=False"
    ),
    "mediation": N_("statsmodels has it: statsmodels.stats.mediation.Mediation"),
    "oaxaca_decomposition": N_("statsmodels has it: statsmodels.stats.oaxaca.OaxacaBlinder"),
    "quantile_regression": N_("statsmodels has it: statsmodels.formula.api.quantreg"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a public name from its module when it is first asked for."""
    if name in _REMOVED:
        said = _(
            "gzcounty.{name} was removed: {instead} (see the page Methods of the site).",
            name=name, instead=_(_REMOVED[name]),
        )  # fmt: skip
        raise AttributeError(said)
    if name not in _MOVED_TO_GZBOOK:
        value = _load(name)
        if isinstance(value, FunctionType):
            # The public door: arguments are checked here, once, and not between our own modules.
            value = globals()[name] = import_module("gzcounty.door").checked(value)
            value.__module__ = __name__  # found under its public name, as pickle needs
        return value
    said = _(
        "gzcounty.{name} has moved: use gzbook.{name}. The old name goes with version 0.3.",
        name=name,
    )  # fmt: skip
    warn(said, FutureWarning, stacklevel=2)
    return getattr(import_module("gzbook"), name)
