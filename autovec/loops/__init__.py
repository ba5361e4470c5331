"""The loops as written: a structured tree of statements over `autovec.expression`."""
