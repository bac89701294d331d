"""Machine code of kernels: made by numba in a process of its own, kept between runs, loaded where it is needed."""
