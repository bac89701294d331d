"""Rolling horizons and large-neighbourhood search: a large schedule improved window by window, exactly."""
