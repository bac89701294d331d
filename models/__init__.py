"""What a problem is: one module or package per family, and what they share."""
