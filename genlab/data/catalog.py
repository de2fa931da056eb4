"""What is known of every data set before anything is loaded: this module imports neither torch nor files."""

from dataclasses import dataclass
from typing import Literal

from genlab.data.drawn import PREFIX, drawn_points

DIGITS = tuple("0123456789")
GARMENTS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


@dataclass(frozen=True)
class Description:
    """One data set in words: `shape` of one example, `classes` by label, `torchvision_name` where fetched."""

    name: str
    title: str
    kind: Literal["images", "points"]
    shape: tuple[int, ...]
    about: str
    classes: tuple[str, ...] = ()
    torchvision_name: str | None = None

    @property
    def embedded(self) -> bool:
        """Whether the data set needs no download."""
        return self.torchvision_name is None


def _images(
    name: str, title: str, about: str, classes: tuple[str, ...], torchvision_name: str | None = None
) -> Description:
    return Description(name, title, "images", (1, 28, 28), about, classes, torchvision_name)


def _points(name: str, title: str, dimensions: int, about: str) -> Description:
    return Description(name, title, "points", (dimensions,), about)


DEFAULT = "mnist5k"
DATASETS: dict[str, Description] = {
    description.name: description
    for description in (
        _images(DEFAULT, "MNIST 5k", "4,000 handwritten digits and 1,000 to test on, no download", DIGITS),
        _images("mnist", "MNIST", "60,000 handwritten digits and 10,000 to test on", DIGITS, "MNIST"),
        _images("fashion", "Fashion-MNIST", "70,000 pieces of clothing", GARMENTS, "FashionMNIST"),
        _images("kmnist", "Kuzushiji-MNIST", "70,000 cursive Japanese characters", KUZUSHIJI, "KMNIST"),
        _points("one_gaussian_1d", "One Gaussian, 1-D", 1, "one hill on a line"),
        _points("two_gaussians_1d", "Two Gaussians, 1-D", 1, "two equal hills: can a model keep both?"),
        _points("three_gaussians_1d", "Three Gaussians, 1-D", 1, "three hills of different weight"),
        _points("two_gaussians", "Two Gaussians", 2, "two equal clouds: can a model keep both?"),
        _points("ring8", "Ring of 8 Gaussians", 2, "eight clouds on a circle: the test for mode collapse"),
        _points("grid25", "Grid of 25 Gaussians", 2, "five by five small clouds: a hard test for mode collapse"),
        _points("line", "Line", 2, "a segment with a little noise: a one-dimensional manifold"),
        _points("disjoint", "Two boxes", 2, "two uniform boxes far apart: zero density in between"),
        _points("spiral", "Spiral", 2, "a curled line with a little noise"),
    )
}


DRAWN = "Drawn by hand"


def describe(name: str) -> Description:
    """What is known of the data set `name`, one of DATASETS or a drawing's, without loading it; raises ValueError for
    an unknown name."""
    if name.startswith(PREFIX):
        count = len(drawn_points(name))
        return _points(name, DRAWN, 2, f"{count} small clouds where somebody drew points")
    if name not in DATASETS:
        raise ValueError(f"data set: got {name!r}, allowed: {', '.join(DATASETS)}")
    return DATASETS[name]
