"""`streamlit run`, but every night is a short one that teaches little: for tests of what is done with nights.

`NIGHT_STEPS=3 python -m tests.e2e.quick_server run streamlit_app.py ...`: the arguments are Streamlit's own.
"""

from __future__ import annotations

import os

import pytest
from streamlit.web.cli import main

from tests.short_nights import shorten_nights

if __name__ == "__main__":
    shorten_nights(pytest.MonkeyPatch(), int(os.environ["NIGHT_STEPS"]))
    main()
