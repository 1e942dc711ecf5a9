from .designing import FEWEST_FOUND as FEWEST_FOUND
from .designing import allocate_sample as allocate_sample
from .designing import cut_strata as cut_strata
from .designing import forecast_width as forecast_width
from .designing import judge_sample as judge_sample
from .detecting import Detection as Detection
from .detecting import bound_recalls as bound_recalls
from .detecting import estimate_detection as estimate_detection
from .powered import estimate_powered as estimate_powered
from .ratios import bound_parts as bound_parts
from .ratios import bound_ratios_within as bound_ratios_within
from .ratios import estimate_difference as estimate_difference
from .ratios import estimate_part as estimate_part
from .ratios import estimate_ratio as estimate_ratio
from .ratios import estimate_ratio_within as estimate_ratio_within
from .ratios import weigh_difference as weigh_difference
from .shares import Estimate as Estimate
from .shares import bound_shares as bound_shares
from .shares import estimate_share as estimate_share
from .shares import limit_share as limit_share
from .spreading import Spread as Spread
from .spreading import check_spread as check_spread

__all__ = [
    "FEWEST_FOUND",
    "Detection",
    "Estimate",
    "Spread",
    "allocate_sample",
    "bound_parts",
    "bound_ratios_within",
    "bound_recalls",
    "bound_shares",
    "check_spread",
    "cut_strata",
    "estimate_detection",
    "estimate_difference",
    "estimate_part",
    "estimate_powered",
    "estimate_ratio",
    "estimate_ratio_within",
    "estimate_share",
    "forecast_width",
    "judge_sample",
    "limit_share",
    "weigh_difference",
]
