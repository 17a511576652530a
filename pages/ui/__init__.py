"""What the pages share: theme, widgets, jobs, the player and the molecule viewer."""
