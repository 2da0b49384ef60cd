"""The demo: a city's consultations from the first suggestion to the enacted clause."""
