"""The polymer laboratory: several ways to learn and draw the chains of ``engine.polymer``."""
