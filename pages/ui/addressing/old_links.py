"""Links from before addresses held keys: what each label meant. Frozen; labels since are free.

Until then the address held the words that a control shows (``denoiser=Network``). Nothing is ever
added here, and no entry may go: somebody kept that link.
"""

from __future__ import annotations

import re

#: parameter -> {label: key}
LABELS: dict[str, dict[str, str]] = {
    "data": {
        "One point": "point",
        "One Gaussian": "gaussian",
        "Two Gaussians": "two_gaussians",
        "Three Gaussians": "three_gaussians",
        "Rare and common": "uneven_gaussians",
        "Swiss roll": "swiss_roll",
        "Moons": "moons",
        "Circles": "circles",
        "Checkerboard": "checkerboard",
        "Pinwheel": "pinwheel",
        "Two spirals": "two_spirals",
        "S curve": "s_curve",
        "Eight Gaussians": "eight_gaussians",
        "Expanding helix (2D)": "helix_planar",
        "Alpha helix (3D)": "helix_alpha",
    },
    "schedule": {
        "Linear": "linear",
        "Cosine": "cosine",
        "Quadratic": "quadratic",
        "Sigmoid": "sigmoid",
        "Sigmoid of ᾱ": "sigmoid_signal",
        "Laplace": "laplace",
        "Log-linear": "log_linear",
    },
    "path": {
        "True path": "markov",
        "Fresh noise": "marginal",
    },
    "denoiser": {
        "Network": "learned",
        "Exact": "exact",
        "Oracle": "oracle",
    },
    "sampler": {
        "DDPM": "ddpm",
        "DDIM": "ddim",
        "ODE, Euler": "euler",
        "ODE, Heun": "heun",
        "DPM-Solver++(2M)": "dpmpp_2m",
    },
    "steps": {
        "all T": "all",
    },
    "view": {
        "Denoise": "reverse",
        "Add noise": "forward",
        "Side by side": "both",
        "Score": "score",
        "Likelihood": "likelihood",
        "Memory": "memory",
    },
    "lab": {
        "VAE against diffusion": "compare",
        "Guidance": "guide",
        "Latent map": "map",
        "Noise and back": "process",
    },
    "rival": {
        "DDPM, sees distances": "ddpm",
        "DDPM, ends in noise": "steep",
        "DDPM, the lecture's": "lecture",
    },
    "rival_sampler": {
        "DDPM": "ddpm",
        "DDIM": "ddim",
    },
    "train_model": {
        "DDPM, sees distances": "ddpm",
        "VAE": "vae",
        "Latent diffusion": "latent",
        "DDPM, ends in noise": "steep",
        "DDPM, the lecture's": "lecture",
        "Conditional DDPM": "told",
        "Property network": "size",
    },
    "way": {
        "Classifier-free": "free",
        "Classifier": "classifier",
    },
    "guided_sampler": {
        "DDPM": "ddpm",
        "DDIM": "ddim",
    },
    "map_colour": {
        "Radius of gyration": "gyration",
        "End-to-end distance": "ends",
    },
    "polymer_chains": {
        "Polymer (12 beads)": "polymer",
        "Polymer (24 beads)": "polymer_long",
        "Polymer (12 beads, 3D)": "polymer_space",
    },
    "shown": {
        "Linear": "linear",
        "Cosine": "cosine",
        "Quadratic": "quadratic",
        "Sigmoid": "sigmoid",
        "Sigmoid of ᾱ": "sigmoid_signal",
        "Laplace": "laplace",
        "Log-linear": "log_linear",
        "Your own": "own",
        "DDPM": "ddpm",
        "DDIM": "ddim",
        "ODE, Euler": "euler",
        "ODE, Heun": "heun",
        "DPM-Solver++(2M)": "dpmpp_2m",
        "Flow matching, Euler": "flow_euler",
        "Flow matching, Heun": "flow_heun",
    },
    "zero": {
        "Off": "off",
        "On": "on",
        "Both": "both",
    },
    "mode": {
        "Same noise": "fixed",
        "True path": "markov",
    },
    "back": {
        "DDPM": "ddpm",
        "DDIM": "ddim",
    },
    "heun_spacing": {
        "EDM": "edm",
        "log SNR": "log_snr",
        "Time": "time",
    },
    "axis": {
        "Network calls": "calls",
        "Steps": "steps",
    },
    "eq_sampler": {
        "DDPM": "ddpm",
        "DDIM": "ddim",
        "ODE, Heun": "heun",
        "Flow matching, Heun": "flow_heun",
    },
    "eq_in": {
        "x₀, clean point": "x_0",
        "ε, noise": "eps",
        "v, velocity": "v",
    },
    "show_kind": {
        "Lines": "lines",
        "Arrows": "arrows",
        "Both": "both",
    },
    "source": {
        "Draw": "draw",
        "Upload": "file",
        "Example": "example",
        "SMILES": "smiles",
        "File": "file",
    },
    "example": {
        "Ibuprofen": "ibuprofen",
        "Butane": "butane",
        "Biphenyl": "biphenyl",
        "2,2'-Dimethylbiphenyl": "bitolyl",
        "Alanine dipeptide": "alanine_dipeptide",
        "Aspirin": "aspirin",
        "Paracetamol": "paracetamol",
        "N-Methylacetanilide": "methylacetanilide",
        "(-)-Menthol": "menthol",
        "Estradiol": "estradiol",
        "Sucrose": "sucrose",
        "GABA, as zwitterion": "gaba",
        "Decane": "decane",
        "Resveratrol": "resveratrol",
        "Penicillin G": "penicillin_g",
        "Ac-Pro-Gly-NHMe": "turn",
        "Oseltamivir": "oseltamivir",
        "Tamoxifen": "tamoxifen",
        "Cholesterol": "cholesterol",
        "Sildenafil": "sildenafil",
        "Imatinib": "imatinib",
        "Leu-enkephalin": "leu_enkephalin",
        "Atorvastatin": "atorvastatin",
        "Pacritinib": "pacritinib",
    },
    "device": {
        "CPU": "cpu",
        "GPU (Apple MPS)": "mps",
    },
    "definition": {
        "All that turn": "model",
        "Between heavy groups": "heavy",
        "RDKit, strict": "strict",
        "RDKit, loose": "loose",
    },
    "stage": {
        "Torsional diffusion": "model",
        "ETKDGv3 + MMFF94s": "relaxed_seeds",
        "ETKDGv3": "plain",
        "The file": "file",
    },
    "results": {
        "Conformers": "conformers",
        "Angles": "angles",
        "Energies": "energies",
        "Compared": "compared",
        "Checked": "checked",
        "Overlay": "overlay",
    },
    "euler_spacing": {
        "EDM": "edm",
        "log SNR": "log_snr",
        "Time": "time",
    },
    "dpmpp_2m_spacing": {
        "EDM": "edm",
        "log SNR": "log_snr",
        "Time": "time",
    },
}


def key_of_label(parameter: str, label: str) -> str | None:
    """The key that such a label stands for; None if there never was such a label.

    Definitions of a rotatable bond carried the number of bonds of one molecule; devices and the
    classical method the name of what was at hand.
    """
    if parameter == "definition":
        label = re.sub(r": \d+$", "", label)
    if parameter == "stage" and label.startswith("ETKDGv3 + "):
        return "relaxed_seeds"
    if parameter == "device" and label.startswith("GPU ") and label not in LABELS["device"]:
        return "cuda:0"
    return LABELS.get(parameter, {}).get(label)
