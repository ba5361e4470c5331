-- nvim --headless -u NONE -c 'luafile neovim.lua': diagnostics, code action, resolve, apply, hover, write.
local out = function(text) io.stdout:write(text .. '\n') end
vim.cmd('edit demo.py')
local buf = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ name = 'autovec', cmd = { vim.env.SERVER_PYTHON, '-m', 'autovec', 'lsp' }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(buf, id)
vim.wait(60000, function() return #vim.diagnostic.get(buf) > 0 end, 50)
local found = vim.diagnostic.get(buf)
out('diagnostics: ' .. #found .. ' ' .. (found[1] and found[1].message or ''))
local range = vim.lsp.util.make_given_range_params({ 6, 4 }, { 6, 4 }, buf, 'utf-16')
range.context = { diagnostics = {} }
local action = vim.lsp.buf_request_sync(buf, 'textDocument/codeAction', range, 60000)[id].result[1]
out('action: ' .. action.title)
local resolved = vim.lsp.buf_request_sync(buf, 'codeAction/resolve', action, 120000)[id].result
vim.api.nvim_win_set_cursor(0, { 6, 4 })
local hover = vim.lsp.buf_request_sync(buf, 'textDocument/hover', vim.lsp.util.make_position_params(0, 'utf-16'), 60000)[id].result
out('hover: ' .. (hover and hover.contents.value:gsub('\n', ' ') or 'none'))
vim.lsp.util.apply_workspace_edit(resolved.edit, 'utf-16')
vim.cmd('write')
vim.lsp.stop_client(id)
vim.cmd('qa!')
