"""The interpreter's search for garbage, made rare: a long-running writer keeps much in memory and leaves no cycles.

Reference counting frees nearly everything here. The search for cycles, as it comes, walks over what was made lately
every few hundred objects and over the whole memory now and then; measured, that was a quarter of the sequencer's time.
"""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 100_000
YOUNG_SEARCHES = 50
MIDDLE_SEARCHES = 1_000


def search_rarely() -> None:
    """Look for cycles after `YOUNG_OBJECTS` more objects, and hardly ever among those that have stayed.

    What is there already (modules, tables, classes) is set aside for good. Call it once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_SEARCHES, MIDDLE_SEARCHES)
