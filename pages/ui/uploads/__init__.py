"""Files of users: the control that takes them, and the folder that keeps them for a while."""
