"""What the client can do, as questions; every client answers them otherwise."""

from __future__ import annotations

from lsprotocol import types
from pygls.capabilities import get_capability

from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """The capabilities that a client sent with its first message."""

    capabilities: types.ClientCapabilities

    @property
    def pulls(self) -> bool:
        """It asks for diagnostics itself, and so is never sent any."""
        return get_capability(self.capabilities, "text_document.diagnostic") is not None

    @property
    def refreshes(self) -> bool:
        """It asks for them again when told that they changed."""
        return get_capability(self.capabilities, "workspace.diagnostics.refresh_support", False)

    @property
    def resolves_edits(self) -> bool:
        """An action's edit may be left for `codeAction/resolve`."""
        properties = get_capability(self.capabilities, "text_document.code_action.resolve_support.properties", [])
        return "edit" in properties and get_capability(self.capabilities, "text_document.code_action.data_support", False)

    @property
    def takes_literals(self) -> bool:
        """It takes code actions, not only commands."""
        return get_capability(self.capabilities, "text_document.code_action.code_action_literal_support") is not None

    @property
    def shows_disabled(self) -> bool:
        """It shows actions that cannot be taken, with the reason."""
        return get_capability(self.capabilities, "text_document.code_action.disabled_support", False)

    @property
    def confirms(self) -> bool:
        """It asks the user before it applies a change that is marked so."""
        marks = get_capability(self.capabilities, "workspace.workspace_edit.change_annotation_support")
        return marks is not None and get_capability(
            self.capabilities, "text_document.code_action.honors_change_annotations", False
        )

    @property
    def takes_versions(self) -> bool:
        """It checks the version that an edit was made for."""
        return get_capability(self.capabilities, "workspace.workspace_edit.document_changes", False)

    @property
    def shows_progress(self) -> bool:
        """It shows the progress of what the server does of itself, with a way to cancel it."""
        return get_capability(self.capabilities, "window.work_done_progress", False)

    @property
    def shows_documents(self) -> bool:
        """It opens a document that the server names."""
        return get_capability(self.capabilities, "window.show_document.support", False)

    @property
    def reads_markdown(self) -> bool:
        """It renders Markdown in hovers."""
        formats = get_capability(self.capabilities, "text_document.hover.content_format", [])
        return types.MarkupKind.Markdown in formats

    @property
    def watches_files(self) -> bool:
        """It can be asked to tell of changed files."""
        return get_capability(self.capabilities, "workspace.did_change_watched_files.dynamic_registration", False)

    @property
    def tells_configuration(self) -> bool:
        """It can be asked for its configuration."""
        return get_capability(self.capabilities, "workspace.configuration", False)

    @property
    def registers_configuration(self) -> bool:
        """It tells of changes of its configuration only to whom registers for them."""
        return get_capability(self.capabilities, "workspace.did_change_configuration.dynamic_registration", False)
