"""The harness behind ``schedsolve bench`` and ``compare``, and measurements that run by themselves."""
