"""Projects as files: formats, and the way from planners' dates to the model and back."""
