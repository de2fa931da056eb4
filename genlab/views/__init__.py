"""Streamlit pieces that pages share; the only owner of session state and query parameters."""
