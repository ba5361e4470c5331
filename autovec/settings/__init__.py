"""Settings: `[tool.autovec]` of the nearest pyproject.toml, checked, with the command line's words on top."""
