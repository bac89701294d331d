"""Pictures of schedules: Gantt charts as PNG, SVG and HTML."""
