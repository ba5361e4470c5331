"""Reports: what was found in the files, as text for people and as JSON for programs. Nothing here decides anything."""
