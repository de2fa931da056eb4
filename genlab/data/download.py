"""Fetching the large image data sets from torchvision's mirrors, held to torchvision's checksums."""

import gzip
import hashlib
import http.client
import shutil
import sys
import urllib.request
import zlib
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock
from tqdm import tqdm

from genlab.data.catalog import DEFAULT, describe
from genlab.data.idxfiles import find_idx_files
from genlab.data.images import load_idx, map_idx
from genlab.data.torchvision_import import import_datasets
from genlab.home import DataDamaged, DataUnavailable, cannot_write, data_home, make_folder
from genlab.locale import N_, Message

# A mirror that says nothing for so long is taken for dead: a lesson does not wait for a firewall.
SILENCE_SECONDS = 20
CHUNK_BYTES = 1 << 16


def fetch(name: str) -> None:
    """Fetch the image data set `name` into GENLAB_HOME unless it is there already, with a bar on stderr.

    Files that are right stay, others are fetched again, so asking again goes on where a download stopped.
    Raises DataUnavailable, in one sentence, where a file cannot be had or written.
    """
    torchvision_name = describe(name).torchvision_name
    assert torchvision_name is not None, f"{name} is embedded"
    folder = data_home() / torchvision_name / "raw"
    files = find_idx_files(name)
    if files and any(path.parent != folder for path in files.values()):
        load_idx(name)  # it lies in GENLAB_DATA, which is read only: all there is to do is to check it
        return
    make_folder(folder)
    try:
        with FileLock(folder.parent / ".lock"):
            missing = [file for file in _archives(torchvision_name) if not _is_right(folder / Path(file[0]).stem)]
            for archive, checksum, mirrors in missing:
                _fetch_file(name, folder, archive, checksum, mirrors)
    except OSError as error:
        raise cannot_write(folder, error) from error
    load_idx(name)


def _archives(torchvision_name: str) -> list[tuple[str, str, list[str]]]:
    dataset = getattr(import_datasets(), torchvision_name)
    return [(archive, checksum, dataset.mirrors) for archive, checksum in dataset.resources]


def _is_right(path: Path) -> bool:
    try:
        map_idx(path)
    except (FileNotFoundError, DataDamaged):
        return False
    return True


def _fetch_file(name: str, folder: Path, archive: str, checksum: str, mirrors: list[str]) -> None:
    """One file from the first mirror that gives it whole: fetched, checked, unpacked, then renamed."""
    packed, unpacked = folder / f"{archive}.part", folder / f"{Path(archive).stem}.part"
    failures: list[str] = []
    try:
        for mirror in mirrors:
            failure = _receive(mirror + archive, packed, checksum)
            if failure is None:
                break
            failures.append(f"{urlsplit(mirror).netloc}: {failure}")
        else:
            text = N_(
                "could not fetch {file} of data set {name} ({failures}): try again when online, or use {other}, which "
                "is embedded and needs no download"
            )
            why = "; ".join(failures)
            raise DataUnavailable(Message(text, file=archive, name=name, failures=why, other=DEFAULT))
        try:
            with gzip.open(packed, "rb") as source, unpacked.open("wb") as target:
                shutil.copyfileobj(source, target)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            text = N_("{file} of data set {name} cannot be unpacked: {error}")
            raise DataDamaged(Message(text, file=archive, name=name, error=error)) from error
        unpacked.replace(folder / Path(archive).stem)
    finally:
        packed.unlink(missing_ok=True)
        unpacked.unlink(missing_ok=True)


def _receive(url: str, path: Path, checksum: str) -> str | None:
    """Write what `url` gives to `path`; returns what was wrong with it, None where it has the checksum."""
    digest = hashlib.md5(usedforsecurity=False)
    request = urllib.request.Request(url, headers={"User-Agent": "genlab"})
    with path.open("wb") as file:
        try:
            with (
                urllib.request.urlopen(request, timeout=SILENCE_SECONDS) as response,
                tqdm(total=response.length, unit="B", unit_scale=True, desc=path.stem, file=sys.stderr) as progress,
            ):
                while chunk := response.read(CHUNK_BYTES):
                    digest.update(chunk)
                    file.write(chunk)
                    progress.update(len(chunk))
        except (OSError, http.client.HTTPException) as error:
            return str(getattr(error, "reason", "") or error)
    return None if digest.hexdigest() == checksum else "what came is incomplete or altered (checksum)"
