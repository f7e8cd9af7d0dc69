"""An audit of an index, step by step as the handbook of the OECD and the Joint Research Centre asks.

Every function takes provinces by indicators (points) and the tree of that year, whatever the index, and returns
frames. The handbook is OECD and JRC, *Handbook on Constructing Composite Indicators: Methodology and User Guide*
(2008).
"""

from parlib.audit.aggregation import aggregate, alternatives, rescale
from parlib.audit.comparison import Comparison, comparison, concordance
from parlib.audit.components import Components, components
from parlib.audit.consistency import alpha_if_dropped, consistency, cronbach_alpha
from parlib.audit.correlations import belonging, correlations, relations
from parlib.audit.omission import omissions
from parlib.audit.sensitivity import (
    Experiment,
    experiment,
    rank_sensitivity,
    rank_uncertainty,
    sobol_indices,
)
from parlib.audit.stability import agreement_over_time, stability
from parlib.audit.statistics import statistics
from parlib.audit.weights import component_weights, effective_weights, nominal_weights, weightings

__all__ = [
    "Comparison",
    "Components",
    "Experiment",
    "aggregate",
    "agreement_over_time",
    "alpha_if_dropped",
    "alternatives",
    "belonging",
    "comparison",
    "component_weights",
    "components",
    "concordance",
    "consistency",
    "correlations",
    "cronbach_alpha",
    "effective_weights",
    "experiment",
    "nominal_weights",
    "omissions",
    "rank_sensitivity",
    "rank_uncertainty",
    "relations",
    "rescale",
    "sobol_indices",
    "stability",
    "statistics",
    "weightings",
]
