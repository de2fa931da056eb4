"""A bundle's files as bytes, from a folder or a zip that nobody has to trust."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from genlab.zipnames import leads_out, of_the_system, plain_names

LARGEST = 64 * 2**20
# 50,000 points of 16 terms: a table that pages draw. Everything else may be as large as the whole.
LARGEST_HISTORY = 16 * 2**20
LARGEST_OF = {"history.csv": LARGEST_HISTORY}
README = "README.md"
KNOWN = re.compile(
    r"README\.md|run\.json|history\.csv|weights\.safetensors|checkpoint\.safetensors|frames\.npz|nets/[a-z_]{1,40}\.safetensors"
)
ALLOWED = (
    "README.md, run.json, history.csv, weights.safetensors, checkpoint.safetensors, frames.npz, nets/NAME.safetensors"
)
INNER_FOLDER = "nets"
LINK_MODES = 16  # where a zip keeps the mode that Unix gave a file


class BundleError(ValueError):
    """A bundle that cannot be taken as it is: one sentence that names the file."""


def read_files(source: Path | str | bytes) -> dict[str, bytes]:
    """The files of a bundle by name, from its folder, its zip's path or its zip's bytes; all at once at most 64 MiB.

    A zip may hold them in one folder, with either slash and in any case of letters; what file managers add is left
    out. Raises BundleError for other files that no bundle has, names that lead elsewhere, links, names given twice,
    sizes above the limit (declared or real), and zips that are damaged.
    """
    if isinstance(source, bytes):
        return read_zip(source, plain=bundle_names)
    path = Path(source)
    if path.is_dir():
        return _read_folder(path)
    try:
        if path.stat().st_size > LARGEST:
            raise BundleError(_too_large(path.name))
        return read_zip(path.read_bytes(), plain=bundle_names)
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror or error})") from None


def bundle_names(names: Iterable[str]) -> Mapping[str, str]:
    """What the names in a zip that a person made stand for in a bundle; see `plain_names`."""
    return {name: _in_our_case(path) for name, path in plain_names(names, INNER_FOLDER).items()}


def as_they_are(names: Iterable[str]) -> Mapping[str, str]:
    """Each name stands for itself."""
    return {name: name for name in names}


def read_zip(
    blob: bytes,
    known: re.Pattern[str] = KNOWN,
    what: str = "the zip",
    plain: Callable[[Iterable[str]], Mapping[str, str]] = as_they_are,
) -> dict[str, bytes]:
    """The files in a zip by name, each of which `known` must match; the rules are those of `read_files`.

    plain: what the names stand for; those that it leaves out are not read.
    """
    if len(blob) > LARGEST:
        raise BundleError(_too_large(what))
    files: dict[str, bytes] = {}
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            for info in archive.infolist():
                if leads_out(info.filename):
                    raise BundleError(f"{_shown(info.filename)}: leads out of the bundle")
            names = plain(info.filename for info in archive.infolist())
            for info in archive.infolist():
                name = names.get(info.filename)
                if name is None or name in ("", f"{INNER_FOLDER}/"):
                    continue
                _check_name(name, info.filename, files, known)
                if stat.S_ISLNK(info.external_attr >> LINK_MODES):
                    raise BundleError(f"{name}: is a link, allowed: plain files")
                if info.flag_bits & 1:
                    raise BundleError(f"{name}: is encrypted, allowed: plain files")
                _check_size(name, info.file_size, left)
                with archive.open(info) as file:
                    # One byte more than was declared would show that the declared size is a lie.
                    content = file.read(info.file_size + 1)
                if len(content) != info.file_size:
                    raise BundleError(f"{name}: is cut short")
                files[name] = content
                left -= len(content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BundleError(f"{what}: is cut short or damaged ({error})") from None
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"{what}: is damaged ({error})") from None
    return files


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by name; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            # Its own record, so that no clock gets into the bytes.
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << LINK_MODES
            archive.writestr(info, content)
    return buffer.getvalue()


def _read_folder(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = LARGEST
    try:
        for path in _walk(folder):
            name = path.relative_to(folder).as_posix()
            if of_the_system(name):
                continue
            if path.is_symlink() or not path.is_file():
                raise BundleError(f"{name}: is a link or no plain file, allowed: plain files")
            _check_name(name, name, files, KNOWN)
            _check_size(name, path.stat().st_size, left)
            with path.open("rb") as file:
                files[name] = file.read(left + 1)
            left -= len(files[name])
            if left < 0:
                raise BundleError(_too_large(name))
    except OSError as error:
        raise BundleError(f"{folder}: cannot be read ({error.strerror or error})") from None
    return files


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name == "nets" and path.is_dir() and not path.is_symlink():
            yield from sorted(path.iterdir())
        else:
            yield path


def _in_our_case(path: str) -> str:
    # The case of letters is lost on some memory sticks.
    lower = path.lower()
    if lower == README.lower():
        return README
    return lower if KNOWN.fullmatch(lower) else path


def _check_name(name: str, given: str, present: Mapping[str, bytes], known: re.Pattern[str]) -> None:
    if not known.fullmatch(name):
        if known is KNOWN and KNOWN.fullmatch(name.rpartition("/")[2]):
            raise BundleError(f"{_shown(given)}: allowed: the files of one run, by themselves or in one folder")
        allowed = ALLOWED if known is KNOWN else known.pattern
        raise BundleError(f"{_shown(given)}: is no file of a bundle, allowed: {allowed}")
    if name in present:
        raise BundleError(f"{_shown(given)}: is there twice")


def _check_size(name: str, size: int, left: int) -> None:
    most = LARGEST_OF.get(name)
    if most is not None and size > most:
        raise BundleError(f"{name}: is larger than {most // 2**20} MiB, which is the most allowed")
    if size > left:
        raise BundleError(_too_large(name))


def _shown(name: str) -> str:
    return name[:80].encode("ascii", "backslashreplace").decode()


def _too_large(name: str) -> str:
    return f"{name}: makes the bundle larger than {LARGEST // 2**20} MiB, which is the most allowed"
