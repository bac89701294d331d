"""Who works in ``auto``, one module per family: engines, and the threads or the time that each gets."""
