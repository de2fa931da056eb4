"""Bundles: a run as a folder or a zip that can be mailed, shipped, imported and trained on."""

from genlab.runs.bundle.archive import BundleError
from genlab.runs.bundle.carry import export_run, import_bundle, read_bundle, write_bundle
from genlab.runs.bundle.contents import Bundle
from genlab.runs.bundle.weights import load_model

__all__ = ["Bundle", "BundleError", "export_run", "import_bundle", "load_model", "read_bundle", "write_bundle"]
