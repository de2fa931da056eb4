import os

import pytest

from genlab.data.mnist5k import load_mnist5k


@pytest.fixture(autouse=True)
def genlab_home(request, tmp_path, monkeypatch):
    """A home of its own for every test; GENLAB_DATA only for tests of the real files."""
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path / "home"))
    if "GENLAB_DATA" in os.environ and request.node.get_closest_marker("mnist") is None:
        monkeypatch.delenv("GENLAB_DATA")
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def read_anew(monkeypatch):
    """The digits that come along are those of the test's own home, not of all tests."""
    monkeypatch.setattr("genlab.data.load_mnist5k", load_mnist5k)


@pytest.fixture
def idx_bytes():
    """A function from an array of bytes to the contents of its idx file."""

    def encode(array):
        header = bytes([0, 0, 8, array.ndim]) + b"".join(int(n).to_bytes(4, "big") for n in array.shape)
        return header + array.tobytes()

    return encode
