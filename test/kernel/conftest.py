import os
import tempfile

import pytest
from client import kernel

# keeps the tests out of the user's history
os.environ["JUPYTER_DATA_DIR"] = tempfile.mkdtemp(prefix="tapelab-data-")
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """A kernel in an empty folder, which all tests of a file share."""
    folder = tmp_path_factory.mktemp("empty")
    with kernel(folder) as s:
        s.folder = folder
        yield s
