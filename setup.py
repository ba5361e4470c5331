"""Names the packages, which pyproject.toml alone can't: those under autovec/, and rules/, which ships as autovec.rules."""

from setuptools import find_namespace_packages, find_packages, setup

FAMILIES = find_namespace_packages("rules", exclude=["*__pycache__*"])

setup(packages=[*find_packages(include=["autovec", "autovec.*"]), "autovec.rules", *(f"autovec.rules.{family}" for family in FAMILIES)])
