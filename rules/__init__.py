"""NumPy's idioms, one file each in a folder for its family; installed as autovec.rules."""
