import pytest
from adapter import Debugger


@pytest.fixture
def debugger(session):
    """A debugger that is attached to the kernel of the file."""
    attached = Debugger(session)
    yield attached
    attached.close()
