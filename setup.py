"""Names the packages, which pyproject.toml alone can't: those under autovec/, and rules/, which ships as autovec.rules."""

from setuptools import find_namespace_packages, find_packages, setup

OWN = find_packages(include=["autovec", "autovec.*"])
FAMILIES = find_namespace_packages("rules", exclude=["*__pycache__*"])

setup(packages=[*OWN, "autovec.rules", *(f"autovec.rules.{family}" for family in FAMILIES)])
