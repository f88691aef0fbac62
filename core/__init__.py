"""The engine of Nocturne: a brain that hears, is asked, forgets and sleeps. Knows nothing of pages."""

import os

# Read when torch is first loaded. Its threads wait for one another by spinning, unless told not to: on a machine that does
# anything else, such as drawing this app's own pages, each then waits for one that the system has put aside, and a night
# takes three times as long or more. Alone it costs a few percent.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
