"""Diffusion models, from noise schedules to conformers of molecules.

An ordinary package, usable from a notebook: no module here imports Streamlit. Data walks one way::

    noise (schedule) -> forward -> denoise -> sample -> trajectory -> figures

Fixed everywhere: t = 0 is data and t = T is noise; ``betas[t - 1]`` belongs to step t;
``x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps``. Randomness enters as an explicit
``torch.Generator``, so the same seed gives the same result.
"""
