"""Problems in and out: file formats, generators, and the bundled instances of the literature."""
