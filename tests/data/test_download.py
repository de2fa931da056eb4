import gzip
import hashlib
import http.server
import threading
from urllib.error import URLError

import numpy as np
import pytest

from genlab.data import DataDamaged, DataUnavailable, available, get, load
from genlab.data.idxfiles import IDX_FILES
from genlab.data.torchvision_import import import_datasets


@pytest.fixture
def mirror(tmp_path, idx_bytes, monkeypatch):
    """A server of a small FashionMNIST, whose checksums torchvision is told: what it serves and is asked."""
    served = {}
    for file in IDX_FILES:
        n = 12 if file.startswith("train") else 5
        array = np.arange(n, dtype=np.uint8) % 10
        if "images" in file:
            array = np.tile(array[:, None, None], (1, 28, 28))
        served[f"/{file}.gz"] = gzip.compress(idx_bytes(array))
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = served.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    dataset = import_datasets().FashionMNIST
    checksums = [(path[1:], hashlib.md5(body).hexdigest()) for path, body in served.items()]
    monkeypatch.setattr(dataset, "resources", checksums)
    monkeypatch.setattr(dataset, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield served, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_get_fetches_checks_and_shows_progress_on_stderr(mirror, genlab_home, capsys):
    get("fashion")
    data = load("fashion")
    assert data.train_images.shape == (12, 28, 28)
    assert data.train_images[7, 0, 0] == data.train_labels[7] == 7
    assert data.test_labels.tolist() == [0, 1, 2, 3, 4]
    assert available("fashion")
    output = capsys.readouterr()
    assert "train-images-idx3-ubyte" in output.err
    assert "100%" in output.err
    assert output.out == ""
    # Nothing but the four files stays, and torchvision itself takes them.
    assert {path.name for path in (genlab_home / "data" / "FashionMNIST" / "raw").iterdir()} == set(IDX_FILES)
    assert len(import_datasets().FashionMNIST(genlab_home / "data", train=True)) == 12


def test_asking_again_fetches_only_what_is_not_right(mirror, genlab_home):
    _, asked = mirror
    get("fashion")
    asked.clear()
    get("fashion")
    assert asked == []
    folder = genlab_home / "data" / "FashionMNIST" / "raw"
    images = folder / "train-images-idx3-ubyte"
    images.write_bytes(images.read_bytes()[:1000])
    (folder / "t10k-labels-idx1-ubyte").unlink()
    get("fashion")
    assert asked == ["/train-images-idx3-ubyte.gz", "/t10k-labels-idx1-ubyte.gz"]
    assert len(load("fashion").train_images) == 12


def test_a_stopped_download_goes_on(mirror, genlab_home):
    served, asked = mirror
    labels = served.pop("/t10k-labels-idx1-ubyte.gz")
    with pytest.raises(DataUnavailable, match=r"t10k-labels-idx1-ubyte.gz of data set fashion .*Not Found"):
        get("fashion")
    served["/t10k-labels-idx1-ubyte.gz"] = labels
    asked.clear()
    get("fashion")
    assert asked == ["/t10k-labels-idx1-ubyte.gz"]


def test_an_altered_file_never_gets_its_name(mirror, genlab_home):
    served, _ = mirror
    served["/train-images-idx3-ubyte.gz"] = served["/train-images-idx3-ubyte.gz"][:-3]
    with pytest.raises(DataUnavailable, match="incomplete or altered"):
        get("fashion")
    assert list((genlab_home / "data" / "FashionMNIST" / "raw").iterdir()) == []


def test_the_next_mirror_is_tried(mirror, monkeypatch):
    dataset = import_datasets().FashionMNIST
    monkeypatch.setattr(dataset, "mirrors", [dataset.mirrors[0] + "nowhere/", *dataset.mirrors])
    get("fashion")
    assert len(load("fashion").test_images) == 5


@pytest.mark.parametrize("failure", [URLError("no route to host"), TimeoutError("timed out")])
def test_offline_is_one_sentence_that_names_the_embedded_data_set(monkeypatch, failure):
    def fail(*_, **__):
        raise failure

    monkeypatch.setattr("urllib.request.urlopen", fail)
    with pytest.raises(DataUnavailable) as caught:
        get("mnist")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("could not fetch train-images-idx3-ubyte.gz of data set mnist")
    assert message.endswith("or use mnist5k, which is embedded and needs no download")
    assert str(getattr(failure, "reason", failure)) in message
    assert not available("mnist")


def test_what_lies_in_genlab_data_is_checked_and_not_fetched(mirror, genlab_home, monkeypatch, tmp_path):
    _, asked = mirror
    get("fashion")
    (genlab_home / "data").rename(tmp_path / "shared")
    monkeypatch.setenv("GENLAB_DATA", str(tmp_path / "shared"))
    asked.clear()
    get("fashion")
    assert asked == []
    (tmp_path / "shared" / "FashionMNIST" / "raw" / IDX_FILES[0]).write_bytes(b"")
    with pytest.raises(DataDamaged, match=IDX_FILES[0]):
        get("fashion")
