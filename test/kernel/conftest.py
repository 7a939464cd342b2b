import pytest
from client import kernel


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """One kernel for the tests of a file, in an empty folder."""
    with kernel(tmp_path_factory.mktemp("empty")) as s:
        yield s
