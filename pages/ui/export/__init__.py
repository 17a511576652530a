"""Export: pictures, data and the script of what a page shows."""
