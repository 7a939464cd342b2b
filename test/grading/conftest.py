import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

import environment
from tapelab import judge


@pytest.fixture(scope="session")
def judging():
    """A judge, which grades one notebook after the other."""
    with judge.Judge() as own:
        yield own


@pytest.fixture(scope="session")
def nbgrader():
    """A function that runs a command of an environment with nbgrader in a folder."""
    environment.install()
    with environment.loaded() as run:
        yield run
