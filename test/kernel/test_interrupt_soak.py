"""Interrupts at random moments of code that awaits. `npm run bench -- interrupts` runs more of them."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from interrupts import soak


@pytest.mark.skipif(os.name == "nt", reason="the programs run POSIX commands")
def test_nothing_of_an_interrupted_program_continues(session):
    wrong = soak(session, 8, seed=3)
    assert wrong == [], "\n\n".join(wrong)
