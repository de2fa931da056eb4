"""What is kept of own data: once, by its contents, for those who brought it, until they share it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from data.own import own_files as make

from genlab.data import DataDamaged, DataUnavailable, ImageData, available, describe, load, missing_files
from genlab.data.own import shelf
from genlab.data.own.bring import Brought, bring
from genlab.data.own.names import own_name, plain, read_name
from genlab.data.points import PointData, make_points


def three_classes() -> Brought:
    return bring(make.zipped(make.in_folders()), "my digits.zip")


def cloud(dimensions: int = 2) -> Brought:
    return bring(make.table(make.points(60, dimensions)), "cloud.csv")


def test_pictures_are_found_again_by_their_name(genlab_home: Path) -> None:
    name = shelf.keep(three_classes(), "ada")
    assert name.startswith("own-images-3-")
    assert (genlab_home / "data" / "own" / name / "train.npy").is_file()
    about = describe(name)
    assert (about.title, about.kind, about.shape) == ("my digits", "images", (1, 28, 28))
    assert about.classes == ("class 0", "class 1", "class 2")
    assert available(name)
    assert missing_files(name) == [] if about.torchvision_name else True
    data = load(name)
    assert isinstance(data, ImageData)
    assert len(data.train_images) + len(data.test_images) == 18
    assert data.train_images.shape[1:] == (28, 28)
    assert set(data.train_labels.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("dimensions", [1, 2])
def test_points_are_drawn_from_their_rows(dimensions: int) -> None:
    name = shelf.keep(cloud(dimensions), "ada")
    data = load(name)
    assert isinstance(data, PointData)
    assert not data.exact
    assert (data.shape, describe(name).shape) == ((dimensions,), (dimensions,))
    drawn = data.sample(500, torch.Generator().manual_seed(0))
    held_out = data.held_out(500, torch.Generator().manual_seed(0))
    rows = {tuple(row) for row in drawn.tolist()}
    assert len(rows) == 50
    assert len({tuple(row) for row in held_out.tolist()}) == 10
    assert not rows & {tuple(row) for row in held_out.tolist()}
    assert data.modes_and_quality(drawn) is None
    with pytest.raises(ValueError, match="allowed: data sets whose density is known"):
        data.log_density(drawn)


def test_the_same_contents_have_one_name_and_other_contents_another() -> None:
    first = shelf.keep(three_classes(), "ada")
    assert shelf.keep(bring(make.zipped(make.in_folders()), "copy.zip"), "bob") == first
    assert shelf.keep(bring(make.zipped(make.in_folders(count=7)), "my digits.zip"), "ada") != first
    assert describe(first).title == "my digits"  # hers too: bob does not name it anew
    other = shelf.keep(cloud(), "ada")
    assert shelf.keep(bring(make.table(make.points(60)), "x.csv", title="Clouds"), "ada") == other
    assert describe(other).title == "Clouds"


def test_two_owners_do_not_see_each_others_until_shared() -> None:
    hers, his = shelf.keep(three_classes(), "ada"), shelf.keep(cloud(), "bob")
    assert (shelf.names("ada"), shelf.names("bob"), shelf.names("eve")) == ([hers], [his], [])
    assert set(shelf.names()) == {hers, his}
    assert shelf.may_choose(hers, "ada")
    assert not shelf.may_choose(hers, "bob")
    shelf.share(hers, "bob")
    assert not shelf.is_shared(hers)
    shelf.share(hers, "ada")
    assert shelf.may_choose(hers, "bob")
    assert shelf.names("bob") == [his, hers]
    shelf.share(hers, "ada", False)
    assert shelf.names("bob") == [his]
    assert shelf.may_choose("mnist5k", "bob")


def test_nobodys_key_is_written_down(genlab_home: Path) -> None:
    name = shelf.keep(cloud(), "ada's secret key")
    texts = [path.name.encode() + (path.read_bytes() if path.is_file() else b"") for path in genlab_home.rglob("*")]
    assert name in {path.name for path in genlab_home.rglob("*")}
    assert not any(b"secret key" in text for text in texts)


def test_what_is_forgotten_goes_with_its_last_owner(genlab_home: Path) -> None:
    name = shelf.keep(cloud(), "ada")
    shelf.keep(cloud(), "bob")
    shelf.forget(name, "eve")
    shelf.forget(name, "ada")
    assert shelf.names("ada") == []
    assert available(name)
    shelf.forget(name, "bob")
    assert not available(name)
    assert not (genlab_home / "data" / "own" / name).exists()


def test_what_is_not_here_is_described_by_its_name_and_says_what_to_do() -> None:
    for kind, shape in (("images", (1, 28, 28)), ("1d", (1,)), ("2d", (2,))):
        name = own_name(kind, 3, "0123456789abcdef")
        about = describe(name)
        assert (about.shape, about.classes) == (shape, ("0", "1", "2"))
        assert not available(name)
        with pytest.raises(DataUnavailable, match=r"python -m genlab data add PATH$"):
            load(name) if kind == "images" else make_points(name).sample(1, torch.Generator())


NO_NAMES = (
    "own-", "own-images-3-xyz", "own-3d-0-0123456789abcdef", f"own-images-999-{'0' * 16}", f"own-images-01-{'0' * 16}",
    "own-../../etc", f"own-images-3-{'0' * 16}/..",
)  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    for ask in (describe, available, load, read_name):
        with pytest.raises(ValueError, match=r"^data set: got 'own-"):
            ask(name)
    with pytest.raises(ValueError, match=r"^data set: got 'own-"):
        make_points(name)


def test_damaged_files_are_said_to_be_so_and_brought_again(genlab_home: Path) -> None:
    name = shelf.keep(three_classes(), "ada")
    path = genlab_home / "data" / "own" / name / "train.npy"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DataDamaged, match="bring the same data again") as caught:
        load(name)
    assert str(genlab_home) not in str(caught.value)
    shelf.keep(three_classes(), "ada")
    assert isinstance(load(name), ImageData)


def test_titles_and_classes_are_plain_words() -> None:
    assert plain("<b>**Ada's** [x](y)</b> `z`  $\\alpha$ | 数字 été\n", 99) == "b Ada's x (y) /b z alpha 数字 été"
    assert plain("a" * 99, 40) == "a" * 40
    folders = {f"**bold** <i>{i % 2}/{i}.png": make.encoded(make.digit(i)) for i in range(8)}
    assert bring(make.zipped(folders), "<x>.zip").classes == ("bold i 0", "bold i 1")


def test_a_set_without_labels_has_none_and_its_bytes_are_zeros() -> None:
    name = shelf.keep(bring(make.zipped(make.pictures()), "x.zip"), "ada")
    data = load(name)
    assert isinstance(data, ImageData)
    assert name.startswith("own-images-0-")
    assert describe(name).classes == ()
    assert not np.concatenate([data.train_labels, data.test_labels]).any()
