"""Tests of the experiments on symmetry."""
