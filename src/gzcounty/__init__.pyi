"""Types of the public names: one line a name, kept equal to ``__init__.py`` by a test."""

from gzcounty.charts import atlas as atlas
from gzcounty.charts import coefficient_plot as coefficient_plot
from gzcounty.charts import distribution_chart as distribution_chart
from gzcounty.charts import dose_chart as dose_chart
from gzcounty.charts import dumbbell_chart as dumbbell_chart
from gzcounty.charts import estimate_row as estimate_row
from gzcounty.charts import event_study_plot as event_study_plot
from gzcounty.charts import map_chart as map_chart
from gzcounty.charts import scatter_chart as scatter_chart
from gzcounty.charts import tile_map as tile_map
from gzcounty.data.census import load_census as load_census
from gzcounty.data.china import load_china_counties as load_china_counties
from gzcounty.data.dictionary import describe as describe
from gzcounty.data.guizhou import current_adcode as current_adcode
from gzcounty.data.guizhou import load_anomalies as load_anomalies
from gzcounty.data.guizhou import load_boundaries as load_boundaries
from gzcounty.data.guizhou import load_cases as load_cases
from gzcounty.data.guizhou import load_code_changes as load_code_changes
from gzcounty.data.guizhou import load_counties as load_counties
from gzcounty.data.guizhou import load_digital_finance as load_digital_finance
from gzcounty.data.guizhou import load_events as load_events
from gzcounty.data.guizhou import load_geography as load_geography
from gzcounty.data.guizhou import load_industry_employment as load_industry_employment
from gzcounty.data.guizhou import load_literature as load_literature
from gzcounty.data.guizhou import load_neighbours as load_neighbours
from gzcounty.data.guizhou import load_pilots as load_pilots
from gzcounty.data.guizhou import load_poverty_exits as load_poverty_exits
from gzcounty.data.guizhou import load_programme as load_programme
from gzcounty.data.guizhou import load_series as load_series
from gzcounty.data.guizhou import load_sources as load_sources
from gzcounty.data.guizhou import load_tile_grid as load_tile_grid
from gzcounty.data.panel import load_panel as load_panel
from gzcounty.errors import InputError as InputError
from gzcounty.errors import TrapError as TrapError
from gzcounty.measures.change import census_change as census_change
from gzcounty.measures.change import growth as growth
from gzcounty.measures.penetration import penetration as penetration
from gzcounty.measures.sample import sample_name as sample_name
from gzcounty.models.differences import long_difference as long_difference
from gzcounty.models.event_study import event_study as event_study
from gzcounty.models.ols import ols as ols
from gzcounty.models.panel import panel_ols as panel_ols
from gzcounty.quoting import publish as publish

__version__: str
