"""PySAL prints and warns where a page must be silent; what matters we check and say ourselves."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what a library prints, and what it warns of its own inside, from the reader."""
    from scipy.sparse import SparseEfficiencyWarning

    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        # Deprecations and slow formats are the libraries' affair. RuntimeWarning is about the
        # optimiser's options and logarithms at the edge; whether results are finite we check.
        kinds: tuple[type[Warning], ...]
        kinds = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, RuntimeWarning)
        for kind in (*kinds, SparseEfficiencyWarning):
            warnings.simplefilter("ignore", kind)
        yield
