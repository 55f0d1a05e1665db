"""Fair folders: reading them, and bringing them into a running Pavilion over its API."""

from deploy.fairs.folder import read_folder
from deploy.fairs.importing import import_folder
from deploy.fairs.model import FairFolder, FolderInvalid, HallPlan, ListedExhibitor, Problem, Stand
from deploy.fairs.report import FairImport

__all__ = [
    "FairFolder",
    "FairImport",
    "FolderInvalid",
    "HallPlan",
    "ListedExhibitor",
    "Problem",
    "Stand",
    "import_folder",
    "read_folder",
]
