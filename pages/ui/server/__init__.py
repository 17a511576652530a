"""How the app is served, and what is read from inside Streamlit."""
