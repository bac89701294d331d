"""One solve on many machines: a portfolio of engines and seeds on the workers of a dask cluster.

``connect`` finds or starts the cluster, ``coordinator`` is the calling process's part, ``worker`` what runs on
the workers, ``exchange`` what they tell one another. Nothing here is imported before a cluster is asked for.
"""
