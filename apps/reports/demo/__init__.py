"""A whole budget year played by the demonstration's people: from the timetable to closed books and tables that tie."""
