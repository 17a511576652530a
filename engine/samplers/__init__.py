"""Samplers: from noise to data, one loop and one transition p(x_s | x_t) per method.

Ancestral methods add fresh noise at every step, solvers of the probability-flow ODE none. All ask a
denoiser for x_0 and work with every schedule::

    import torch
    from engine.denoisers import load
    from engine.noise import Cosine
    from engine.samplers import SAMPLERS, sample

    generator = torch.Generator().manual_seed(0)
    x_T = torch.randn(1000, 2, generator=generator)
    for state in sample(load("moons"), Cosine(), x_T, SAMPLERS["ddim"](steps=50), generator):
        print(state.t, state.x.std())
"""

from engine.samplers.ancestral import DDIM, DDPM
from engine.samplers.contract import Sampler, Step, Weights, weights
from engine.samplers.flow import FLOW_SAMPLERS, FlowEuler, FlowHeun, FlowSampler
from engine.samplers.ode import DPMSolver, Euler, Heun, Solver
from engine.samplers.sampling import SAMPLERS, sample

__all__ = [
    "DDIM", "DDPM", "FLOW_SAMPLERS", "SAMPLERS", "DPMSolver", "Euler", "FlowEuler", "FlowHeun",
    "FlowSampler", "Heun", "Sampler", "Solver", "Step", "Weights", "sample", "weights",
]  # fmt: skip
