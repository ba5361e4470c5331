"""Compiled loops: the nest moves into a function that Numba compiles, where no array form of it is right or fast enough."""
