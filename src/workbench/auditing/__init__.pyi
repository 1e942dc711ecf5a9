from .shares import Estimate as Estimate
from .shares import estimate_share as estimate_share
from .shares import limit_share as limit_share

__all__ = ["Estimate", "estimate_share", "limit_share"]
