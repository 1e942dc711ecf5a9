from .claims import add_claims as add_claims
from .reading import read_handbook as read_handbook

__all__ = ["add_claims", "read_handbook"]
