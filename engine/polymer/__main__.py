"""``python -m engine.polymer``: simulate bead-spring chains."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.polymer.simulation import OUTPUT, BeadSpring, make, write


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.polymer", description="Simulate bead-spring chains."
    )
    parser.add_argument("--chains", type=int, default=10_000, help="independent chains")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=10_000, help="time steps of every chain")
    parser.add_argument("--beads", type=int, default=12, help="beads in a chain")
    parser.add_argument("--dimensions", type=int, choices=(2, 3), default=2)
    parser.add_argument("--out", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    if options.chains < 1 or options.steps < 1:
        parser.error("--chains and --steps must be at least 1")
    if options.beads < 2:
        parser.error("--beads must be at least 2")
    model = BeadSpring(options.beads, options.dimensions)
    chains = make(options.chains, options.seed, options.steps, model)
    write(options.out, chains)
    print(f"Wrote {len(chains)} chains to {options.out}")


if __name__ == "__main__":
    main()
