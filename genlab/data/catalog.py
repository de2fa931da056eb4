"""What is known of every data set before anything is loaded: this module imports neither torch nor files."""

from dataclasses import dataclass
from typing import Literal

from genlab.data.drawn import PREFIX, drawn_points
from genlab.data.own.names import PREFIX as OWN
from genlab.data.own.names import read_name
from genlab.data.own.shelf import kept

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
    """One data set in words: `shape` of one example, `classes` by label, `torchvision_name` where fetched, `part_of`:
    the larger data set that it is a part of."""

    name: str
    title: str
    kind: Literal["images", "points"]
    shape: tuple[int, ...]
    about: str
    classes: tuple[str, ...] = ()
    torchvision_name: str | None = None
    part_of: str | None = None

    @property
    def embedded(self) -> bool:
        """Whether the data set needs no download."""
        return self.torchvision_name is None


def _images(name: str, title: str, about: str, classes: tuple[str, ...], **source: str) -> Description:
    return Description(name, title, "images", (1, 28, 28), about, classes, **source)


def _points(name: str, title: str, dimensions: int, about: str) -> Description:
    return Description(name, title, "points", (dimensions,), about)


DEFAULT = "mnist5k"
# Whose digits the default data set has some of, and the ruler knows.
DIGITS_OF = "mnist"
DATASETS: dict[str, Description] = {
    description.name: description
    for description in (
        _images(
            DEFAULT, "MNIST 5k", "4,000 handwritten digits and 1,000 to test on, no download", DIGITS, part_of=DIGITS_OF
        ),
        _images(
            DIGITS_OF, "MNIST", "60,000 handwritten digits and 10,000 to test on", DIGITS, torchvision_name="MNIST"
        ),
        _images("fashion", "Fashion-MNIST", "70,000 pieces of clothing", GARMENTS, torchvision_name="FashionMNIST"),
        _images(
            "kmnist", "Kuzushiji-MNIST", "70,000 cursive Japanese characters", KUZUSHIJI, torchvision_name="KMNIST"
        ),
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
UNKNOWN = "Somebody's own data"


def describe(name: str) -> Description:
    """What is known of the data set `name`, one of DATASETS, a drawing's or somebody's own, without loading it; raises
    ValueError for an unknown name."""
    if name.startswith(OWN):
        return described_own(name)
    if name.startswith(PREFIX):
        count = len(drawn_points(name))
        return _points(name, DRAWN, 2, f"{count} small clouds where somebody drew points")
    if name not in DATASETS:
        raise ValueError(f"data set: got {name!r}, allowed: {', '.join(DATASETS)}")
    return DATASETS[name]


def described_own(name: str) -> Description:
    """Somebody's own data: their title and classes where they are on this machine, else what their name says."""
    said, found = read_name(name), kept(name)
    if found is None:
        classes = tuple(map(str, range(said.classes)))
        return Description(name, UNKNOWN, said.kind, said.shape, "not on this machine", classes)
    return Description(
        name, found.title, said.kind, said.shape, f"{found.count:,} examples of one's own", found.classes
    )


def whole(name: str) -> str:
    """The data set that `name` is a part of, itself where it is none: a model of the one is at home on the other."""
    return describe(name).part_of or name


def parts(name: str) -> list[str]:
    """The data sets that are a part of `name`."""
    return [one.name for one in DATASETS.values() if one.part_of == name]
