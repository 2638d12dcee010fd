"""Pages of the calendar and of the duty rosters."""
