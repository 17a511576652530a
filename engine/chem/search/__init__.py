"""Reference conformers: searches over torsions with GFN-FF and GFN2-xTB, and lists of molecules.

Import what is needed from its module: ``reference`` and ``polish`` load quantum chemistry,
``smiles_lists`` and ``reference_ensemble`` do not.
"""
