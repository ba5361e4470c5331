"""Files: which ones a run is about, reading them, and writing them so that nothing is ever half done."""
