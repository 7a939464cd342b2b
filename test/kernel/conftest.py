import os
import tempfile

import pytest
from client import kernel

# the history of the tests is no person's history
os.environ["JUPYTER_DATA_DIR"] = tempfile.mkdtemp(prefix="tapelab-data-")
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """One kernel for the tests of a file, in an empty folder."""
    with kernel(tmp_path_factory.mktemp("empty")) as s:
        yield s
