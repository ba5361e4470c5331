"""autovec rewrites scalar loops over numbers into NumPy where that is legal, the same, and faster."""

__version__ = "0.1.0"
