"""The components' modules: kept for ever under a version, fresh without one, and nothing else of this machine."""

from __future__ import annotations

import gzip
import os
import posixpath
import re
import shutil
from pathlib import Path

import pytest
from live.asked import get
from streamlit import config

from genlab.live.web import modules as served
from genlab.live.web.modules import STATIC, modules

ENTRIES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.glob("*/index.js"))


@pytest.mark.parametrize("name", ["run/index.js", "shared/curves/curves.js", "core/palette.js", "maths/bound.js"])
def test_modules_are_served_as_modules(name: str) -> None:
    answer = get(f"/lab/static/{name}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.body == (STATIC / name).read_bytes()
    assert get(f"/lab/static/{name}", if_none_match=answer.headers["etag"]).status == 304


def test_under_its_version_a_file_is_kept_for_ever_and_squeezed() -> None:
    version = modules().version
    for name in ("run/index.js", "run/index.css", "vendor/plotly-basic.min.js"):
        answer = get(f"/lab/static/{version}/{name}", accept_encoding="gzip, br")
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(answer.body) == (STATIC / name).read_bytes()
        assert get(f"/lab/static/{version}.7/{name}").body == (STATIC / name).read_bytes()  # another try
    assert get(f"/lab/static/{'0' * 16}/run/index.js").status == 404  # of another version: never mixed


def test_the_version_changes_with_any_file_and_folders_are_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(STATIC, tmp_path / "static")
    monkeypatch.setattr(served, "STATIC", tmp_path / "static")
    before = modules().version
    (tmp_path / "static" / "core" / "thing.js").write_text(
        'import { a } from "../run/index.js";\nexport * from "./other.js";\n'
    )
    (tmp_path / "static" / "core" / "other.js").write_text("export const a = 1;\n")
    after = modules()
    assert after.version != before
    assert get("/lab/static/core/other.js").body == b"export const a = 1;\n"
    assert {"run/index.js", "core/other.js", "shared/feed.js"} <= set(after.needed("core/thing.js"))
    (tmp_path / "static" / "core" / "other.js").write_text("export const a = 2;\n")
    os.utime(tmp_path / "static" / "core" / "other.js", ns=(1, 1))
    assert modules().version != after.version


@pytest.mark.parametrize("entry", ENTRIES)
def test_all_that_a_component_imports_is_known_beforehand(entry: str) -> None:
    here = modules()
    needed = here.needed(entry)
    assert len(needed) == len(set(needed))
    for name in (entry, *needed):
        for path in imported(here.files[name].decode()):
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
            assert wanted in needed, f"{name} imports {wanted}"


def imported(source: str) -> list[str]:
    """What a module asks for, wherever it stands in it; the types that comments name cost nothing."""
    code = re.sub(r"(?ms)^\s*//[^\n]*|/\*.*?\*/", "", source)
    return re.findall(r"""(?:from\s+|import\s*\(?\s*)["'](\.[^"']+)["']""", code)


def test_an_instrument_imports_core_maths_and_shared_and_never_another() -> None:
    allowed = {"core": {"core"}, "maths": {"maths"}, "shared": {"core", "maths", "shared"}}
    here = modules()
    wrong = []
    for name, body in here.files.items():
        room = name.split("/")[0]
        if not name.endswith(".js") or room == "vendor":
            continue
        for path in imported(body.decode()):
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
            if wanted.split("/")[0] not in allowed.get(room, {"core", "maths", "shared", room}):
                wrong.append(f"{name} imports {wanted}")
    assert wrong == []
    assert {str(folder) for folder in STATIC.rglob("*") if folder.is_dir() and crowded(folder)} == set()
    assert [path.name for path in STATIC.iterdir() if path.is_file()] == []


def crowded(folder: Path) -> bool:
    """Whether a folder holds more files than are seen at a glance."""
    return sum(path.is_file() for path in folder.iterdir()) > 15


@pytest.mark.parametrize(
    "name",
    ["..%2fapi.py", "..%2f..%2f__init__.py", "%2e%2e/api.py", "..", ".", "%2fetc%2fpasswd", "..%5capi.py", "run.js%00",
     "nothing.js", "./../api.py", "vendor", "vendor/", "vendor/plotly-LICENSE", "x" * 300, "x" * 5000,
     f"{'x/' * 2000}y", "%00", "%ff%fe", "字.js", "run.js/", f"{'0' * 16}/", "%0a", "CON", "run.js%20"],
)  # fmt: skip
def test_nothing_else_is_served_and_no_name_is_too_odd(name: str) -> None:
    for version in ("", f"{modules().version}/"):
        assert get(f"/lab/static/{version}{name}").status == 404


def test_below_a_path_the_routes_answer_there() -> None:
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "/kurs/genlab/")
    try:
        assert get("/kurs/genlab/lab/static/run/index.js").status == 200
        assert get("/kurs/genlab/lab/untrained?family=none").status == 400
        assert get("/lab/static/run/index.js").status == 404
    finally:
        config.set_option("server.baseUrlPath", before)
