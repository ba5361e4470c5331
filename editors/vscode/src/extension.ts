// Starts `autovec lsp` and connects it to the editor. Where the program comes from is decided here; all else is the server's work.

import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

const SERVER = ["-P", "-m", "autovec", "lsp"]; // -P: no module of the workspace is taken for one of Python's

let client: LanguageClient | undefined;

/** The interpreter that the Python extension has chosen for the workspace. */
async function interpreter(): Promise<string | undefined> {
  const python = vscode.extensions.getExtension("ms-python.python");
  if (!python) {
    return undefined;
  }
  const api = python.isActive ? python.exports : await python.activate();
  return api?.environments?.getActiveEnvironmentPath?.(vscode.workspace.workspaceFolders?.[0]?.uri)?.path;
}

/** The command that starts the server. In an untrusted workspace VS Code hides its settings, and its interpreter is not started. */
async function command(): Promise<string[]> {
  const chosen = vscode.workspace.getConfiguration("autovec").get<string[]>("path", []);
  if (chosen.length > 0) {
    return chosen;
  }
  const python = vscode.workspace.isTrusted ? await interpreter() : undefined;
  return python ? [python, ...SERVER] : ["autovec", "lsp"];
}

function settings(): Record<string, unknown> {
  const own = vscode.workspace.getConfiguration("autovec");
  return { verify: own.get("verify"), showRefusals: own.get("showRefusals"), trusted: vscode.workspace.isTrusted };
}

async function start(): Promise<void> {
  const [program, ...args] = await command();
  const server: ServerOptions = { command: program, args };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: "python", scheme: "file" },
      { language: "python", scheme: "untitled" },
      { language: "python", scheme: "vscode-notebook-cell" },
    ],
    initializationOptions: { settings: settings() },
    middleware: { workspace: { configuration: async () => [settings()] } },
  };
  client = new LanguageClient("autovec", "autovec", server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(`autovec: \`${[program, ...args].join(" ")}\` does not start: pip install 'autovec[lsp]'. ${error}`);
  }
}

async function restart(): Promise<void> {
  await client?.stop();
  client = undefined;
  await start();
}

async function tellSettings(): Promise<void> {
  await client?.sendNotification("workspace/didChangeConfiguration", { settings: { autovec: settings() } });
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("autovec.restart", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("autovec.path")) {
        await restart();
      } else if (change.affectsConfiguration("autovec")) {
        await tellSettings();
      }
    }),
  );
  await start();
}

export function deactivate(): Promise<void> | undefined {
  return client?.stop();
}
