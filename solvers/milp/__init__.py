"""Mixed-integer programs through PuLP, solved by HiGHS or CBC in a process of their own."""
