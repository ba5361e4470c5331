"""The language server: an editor's messages in, the pipeline, diagnostics, edits and explanations out."""
