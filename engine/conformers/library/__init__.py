"""Conformers of whole libraries: lists of any length, in any number of processes, taken up again.

``records`` reads the list, ``work`` makes the conformers of a few of its records, ``output`` writes
them in the order of the input so that a killed run loses and doubles nothing, ``run`` joins these.
"""
