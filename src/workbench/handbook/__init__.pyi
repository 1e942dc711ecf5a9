from .reading import read_handbook as read_handbook

__all__ = ["read_handbook"]
