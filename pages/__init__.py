"""One file per page: controls, figures, words. No science."""
