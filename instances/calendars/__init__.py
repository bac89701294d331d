"""Calendars: working time, dates and ticks, and the texts that state them."""
