"""The verdict on a loop: its array forms and its compiled form before the three questions."""
