"""What a page or a script runs: frozen settings in, a record out, in steps where it takes long."""
