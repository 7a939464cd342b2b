"""Releases assignments of the course in this folder, by nbgrader, in one process: python generate.py NAME…"""

import os
import sys

from nbgrader.api import MissingEntry  # noqa: F401 (loads the models before the apps)
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

config = Config(PyFileConfigLoader("nbgrader_config.py", path=os.getcwd()).load_config())
for name in sys.argv[1:]:
    result = NbGraderAPI(config=config).generate_assignment(name, create=True)
    if not result["success"]:
        sys.exit(result.get("log") or result.get("error"))
