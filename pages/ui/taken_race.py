"""What the race of schedules gives away: both ways of each lane, its alpha_bars, the script."""

from __future__ import annotations

from collections.abc import Sequence

from pages.ui import own_model, scripts
from pages.ui.points import Process
from pages.ui.race import FRAMES, Back, Lane, Out
from pages.ui.scripts import Names, Run
from pages.ui.taken import Named, Taken, plain
from pages.ui.taken_points import WHO, trained

PAGE = "noise_schedules"


def of_race(lanes: Sequence[Lane], mode: str, process: Process, out: Out, back: Back) -> Taken:
    """process: what all lanes share; its schedule is the first lane's. mode: as in ``noised``."""
    run = own_model.in_use(process.dataset) if process.denoiser == "learned" else None
    arrays = {"t": Named(out.t, "(F,) times of the frames forward, 0 first; reverse at T - t")}
    for lane, there, home in zip(lanes, out.x, back.x, strict=True):
        levels = lane.schedule.alpha_bars
        about = f"(F, points, 2) {lane.label},"
        arrays[f"forward_{lane.name}"] = Named(there, f"{about} data to noise", out.t)
        arrays[f"reverse_{lane.name}"] = Named(home, f"{about} noise to data", back.t, result=True)
        arrays[f"alpha_bars_{lane.name}"] = Named(levels, f"(T,) {lane.label}: signal left at 1..T")
    options = {
        "page": PAGE,
        "data": process.dataset,
        "schedules": {lane.name: plain(lane.schedule) for lane in lanes},
        "noising": mode,
        "sampler": plain(process.sampler),
        "denoiser": process.denoiser,
        "network": trained(run) if process.denoiser == "learned" else None,
        "n": process.n,
        "seed": process.seed,
    }
    names = ", ".join(lane.label for lane in lanes)
    note = (
        f"{names}; T = {process.schedule.T}, {process.sampler.label}, {WHO[process.denoiser]}, "
        f"n = {process.n:,}, seed {process.seed}"
    )
    return Taken(note, options, arrays, _script(lanes, mode, process, run))


def _script(lanes: Sequence[Lane], mode: str, process: Process, run: Run | None) -> str:
    walk = "markov_path" if mode == "markov" else "fixed_noise_path"
    names: Names = {
        "engine.data": {"DATASETS"},
        "engine.forward": {walk},
        "engine.sample": {"sample"},
        "engine.trajectory": {"Trajectory"},
    }
    entries = "".join(
        f"    {scripts.literal(lane.name)}: {scripts.call(lane.schedule, names)},\n"
        for lane in lanes
    )
    setting = (
        f"data = DATASETS[{scripts.literal(process.dataset)}]\n"
        f"schedules = {{\n{entries}}}\n"
        f"sampler = {scripts.call(process.sampler, names)}\n"
        f"n, seed, T = {process.n}, {process.seed}, {process.schedule.T}\n"
        f"times = {scripts.film_times('T', FRAMES)}\n"
        "made = {}"
    )
    noise = "Generator().manual_seed(seed + 1)"
    given = noise if mode == "markov" else f"torch.randn(x_0.shape, generator={noise})"
    there = (
        "# Forward, from data to noise: the same points and the same noise.\n"
        "x_0 = data.sample(n, Generator().manual_seed(seed))\n"
        "for name, schedule in schedules.items():\n"
        f"    noise = {given}\n"
        f"    walk = {walk}(schedule, x_0, noise, times.long().tolist())\n"
        '    made[f"forward_{name}"] = Trajectory.record(walk).x.numpy()\n'
        '    made[f"alpha_bars_{name}"] = schedule.alpha_bars.numpy()'
    )
    back = (
        "# Reverse, from the same N(0, I); frame k stands at time T - times[k].\n"
        f"{scripts.denoiser_lines(process, run, names)}\n"
        "x_T = torch.randn(n, 2, generator=Generator().manual_seed(seed + 2))\n"
        "for name, schedule in schedules.items():\n"
        "    states = sample(denoiser, schedule, x_T, sampler, Generator().manual_seed(seed + 4))\n"
        '    made[f"reverse_{name}"] = Trajectory.record(states).at(T - times).x.numpy()'
    )
    saved = f'np.savez("{PAGE}.npz", t=times, **made)'
    title = f"Noise schedules side by side: {', '.join(lane.label for lane in lanes)}."
    return scripts.text(title, names, setting, there, back, saved)
