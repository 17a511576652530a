"""Images that readers bring: where their points fall, and every kind of trouble."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import Generator

from engine.data.own.errors import OwnDataError
from engine.data.own.images import LONGEST_SIDE, MAX_SCANS, MAX_SIDE, read_ink, sample_ink

FILES = Path(__file__).parent / "files"


def picture(pixels: np.ndarray, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form)
    return out.getvalue()


def grey(values: list[list[float]]) -> np.ndarray:
    return np.round(255 * np.array(values)).astype(np.uint8)


def test_points_fall_on_ink_in_proportion_to_it() -> None:
    """Three columns of brightness 0, 0.5 and 1: shares 2/3, 1/3 and none, within each pixel."""
    ink = read_ink(picture(grey([[0.0, 0.5, 1.0]] * 4)))
    n = 60_000
    points = sample_ink(ink, n, Generator().manual_seed(0))
    share = np.bincount(points[:, 0].astype(int), minlength=3) / n
    half = 1 - round(0.5 * 255) / 255
    wanted = np.array([1, half, 0]) / (1 + half)
    assert np.abs(share - wanted).max() < 4 * np.sqrt(0.25 / n) and share[2] == 0
    rows = np.bincount(points[:, 1].astype(int), minlength=4) / n
    assert np.abs(rows - 0.25).max() < 4 * np.sqrt(0.25 / n)
    assert np.abs((points % 1).mean(axis=0) - 0.5).max() < 0.01


def test_up_is_up_and_right_is_right() -> None:
    image = np.full((30, 40), 255, dtype=np.uint8)
    image[2:5, 30:35] = 0
    points = sample_ink(read_ink(picture(image)), 500, Generator().manual_seed(1))
    assert points[:, 0].min() >= 30 and points[:, 0].max() <= 35
    assert points[:, 1].min() >= 25 and points[:, 1].max() <= 28


def test_the_seed_decides_the_points() -> None:
    ink = read_ink(picture(grey([[0.0, 0.5], [0.2, 1.0]])))
    one, two, other = (sample_ink(ink, 50, Generator().manual_seed(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, two) and not np.array_equal(one, other)


def test_opaque_parts_are_ink_where_others_are_transparent() -> None:
    image = np.zeros((10, 10, 4), dtype=np.uint8)
    image[:5] = (255, 255, 255, 255)  # white, but opaque
    ink = read_ink(picture(image))
    assert ink[:5].min() == 1 and ink[5:].max() == 0


def test_light_can_be_ink_and_faint_ink_is_blank() -> None:
    data = picture(grey([[0.9, 0.0], [0.0, 0.0]]))
    assert read_ink(data, light=True)[0, 0] == pytest.approx(0.9, abs=0.01)
    assert read_ink(data, light=True).sum() == pytest.approx(0.9, abs=0.01)
    assert read_ink(data, faintest=0.2)[0, 0] == 0
    assert read_ink(data, faintest=0.05)[0, 0] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_large_images_are_made_smaller_in_every_format(form: str) -> None:
    image = np.full((700, 1400), 255, dtype=np.uint8)
    image[:, :700] = 0
    ink = read_ink(picture(image, form))
    assert max(ink.shape) <= MAX_SIDE and ink.shape[1] == pytest.approx(2 * ink.shape[0], abs=1)
    left, right = np.array_split(ink, 2, axis=1)
    assert left[:, :-2].min() > 0.95 and right[:, 2:].max() < 0.05


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (picture(np.full((8, 8), 255, dtype=np.uint8)), "blank"),
        (picture(np.zeros((8, 8, 4), dtype=np.uint8)), "blank"),
        (b"", "not an image"),
        (b"x,y\n1,2\n", "not an image"),
        (picture(np.zeros((64, 64), dtype=np.uint8))[:60], "not an image"),
        (picture(np.zeros((7200, 7200), dtype=bool)), "at most 50 million"),
        (picture(np.zeros((14_000, 14_000), dtype=bool)), "at most 50 million"),
    ],
    ids=["white", "transparent", "empty", "text", "cut off", "too large", "far too large"],
)
def test_trouble_with_an_image_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        read_ink(data)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("name", ["dds.png", "pgm_short.png"])
def test_a_format_under_a_false_name_is_one_sentence(name: str) -> None:
    with pytest.raises(OwnDataError, match=r"^This is not an image that can be read: .*\.$"):
        read_ink((FILES / name).read_bytes())


def test_postscript_is_never_given_to_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("Ghostscript is called")

    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", started)
    with pytest.raises(OwnDataError, match="not an image"):
        read_ink((FILES / "postscript_named.png").read_bytes())


def test_a_photograph_lies_as_it_was_taken() -> None:
    """Orientation 6 of EXIF: the first row of the file is the right column of the picture."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = np.full((30, 40), 255, dtype=np.uint8)
    image[:3] = 0
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG", exif=exif)
    ink = read_ink(out.getvalue())
    assert ink.shape == (40, 30) and ink[:, -3:].min() == 1 and not ink[:, :-3].any()


def strip(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("width", "height"), [(1, LONGEST_SIDE + 1), (LONGEST_SIDE + 1, 3)])
def test_extreme_sides_are_refused(width: int, height: int) -> None:
    with pytest.raises(OwnDataError, match="along a side"):
        read_ink(strip(width, height))
    assert read_ink(strip(min(width, LONGEST_SIDE), min(height, LONGEST_SIDE))).all()


def test_a_jpeg_of_endless_passes_is_refused() -> None:
    """Each pass over the picture takes as long as the whole of an ordinary one."""
    out = io.BytesIO()
    Image.new("L", (64, 64)).save(out, "JPEG", progressive=True)
    start = out.getvalue().rindex(b"\xff\xda")
    data = out.getvalue()
    read_ink(data)
    with pytest.raises(OwnDataError, match=f"more than {MAX_SCANS} passes"):
        read_ink(data[:start] + data[start:-2] * (MAX_SCANS + 1) + data[-2:])


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damaged tags
def test_damage_of_every_kind_is_one_sentence() -> None:
    """Bits turned, parts cut out, and headers of huge numbers, in every format."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, size=(12, 16, 3), dtype=np.uint8)
    made = [picture(pixels, form) for form in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")]
    refused: list[str] = []
    for _ in range(1500):
        data = bytearray(made[rng.integers(len(made))])
        for _ in range(rng.integers(1, 5)):
            at = int(rng.integers(8, min(len(data), int(rng.choice([64, 10_000])))))
            match rng.integers(4):
                case 0:
                    data[at] ^= 1 << int(rng.integers(8))
                case 1:
                    del data[at : at + int(rng.integers(1, 20))]
                case 2:
                    data[at : at + 4] = struct.pack(">I", int(rng.choice([0, 70_000, 2**31 - 1])))
                case 3:
                    data[at:at] = data[:20]
        try:
            read_ink(bytes(data))
        except OwnDataError as refusal:
            refused.append(str(refusal))
    assert len(refused) > 500 and all(sentence.endswith(".") for sentence in refused)
