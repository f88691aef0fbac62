"""The engine of Nocturne: a brain that hears, is asked, forgets and sleeps. Knows nothing of pages."""

import os

# Read when torch is first loaded. Its threads wait for one another by spinning, and long, unless told otherwise. On a machine
# that does anything else, such as drawing this app's own pages, each then keeps busy a core that the others need. Not to
# spin at all makes a night on an idle machine longer; so short a spin does not.
os.environ.setdefault("GOMP_SPINCOUNT", "5000")
