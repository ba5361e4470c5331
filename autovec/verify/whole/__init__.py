"""Whole functions of two files against each other: `autovec verify OLD.py:f NEW.py:g`."""
