// SPDX-License-Identifier: Apache-2.0
// What an editor does: starts yaml-language-server, opens files over LSP on its standard input, collects what it says.
import {spawn} from 'node:child_process';
import {pathToFileURL} from 'node:url';

const quiet = 1500;  // ms without news after which no file is validated any more; the server waits 200 before each

/** @param {Map<string, string>} texts by file  @returns {Promise<Map<string, {line: number, message: string}[]>>} lines from 1 */
export async function diagnose(server, texts, settings) {
  const files = [...texts.keys()];
  const child = spawn(process.execPath, [server, '--stdio'], {stdio: ['pipe', 'pipe', 'inherit']});
  const found = new Map();
  const uris = new Map(files.map(file => [pathToFileURL(file).href, file]));
  let id = 0, buffer = Buffer.alloc(0), news = Date.now();

  const send = message => {
    const body = Buffer.from(JSON.stringify({jsonrpc: '2.0', ...message}));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  const answer = message => {
    if (message.method === 'workspace/configuration')
      return message.params.items.map(item => (item.section === 'yaml' ? settings : {}));
    return null;
  };
  const receive = message => {
    if (message.method && message.id !== undefined) send({id: message.id, result: answer(message)});
    if (message.method !== 'textDocument/publishDiagnostics') return;
    const file = uris.get(message.params.uri) ?? uris.get(decodeURIComponent(message.params.uri));
    if (file === undefined) return;
    news = Date.now();
    found.set(file, message.params.diagnostics.map(d => ({line: d.range.start.line + 1, message: d.message})));
  };
  child.stdout.on('data', data => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      const head = buffer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, head).toString())[1]);
      if (buffer.length < head + 4 + length) return;
      const body = buffer.subarray(head + 4, head + 4 + length).toString();
      buffer = buffer.subarray(head + 4 + length);
      receive(JSON.parse(body));
    }
  });

  send({id: ++id, method: 'initialize', params: {
    processId: process.pid, rootUri: null, workspaceFolders: null,
    capabilities: {workspace: {configuration: true}, textDocument: {publishDiagnostics: {}}}}});
  send({method: 'initialized', params: {}});
  send({method: 'workspace/didChangeConfiguration', params: {settings: {yaml: settings}}});
  for (const [uri, file] of uris)
    send({method: 'textDocument/didOpen', params: {
      textDocument: {uri, languageId: 'yaml', version: 1, text: texts.get(file)}}});
  const end = Date.now() + 240e3;
  while (Date.now() < end && (found.size < files.length || Date.now() - news < quiet))
    await new Promise(resume => setTimeout(resume, 50));
  child.kill();
  if (found.size < files.length)
    throw new Error(`no answer for ${files.filter(file => !found.has(file)).join(' ')}`);
  return found;
}
