"""Dependences: which loops of a nest may become array axes, and what stands in the way."""

from autovec.depend.accesses import Access, accesses
from autovec.depend.assumptions import Assumptions
from autovec.depend.carried import Carried, Use, scalar_carried
from autovec.depend.explain import explain
from autovec.depend.order import Dependence, Dependences, Kind, Role, violation
from autovec.depend.search import roles, search

__all__ = [
    "Access",
    "Assumptions",
    "Carried",
    "Dependence",
    "Dependences",
    "Kind",
    "Role",
    "Use",
    "accesses",
    "explain",
    "roles",
    "scalar_carried",
    "search",
    "violation",
]
