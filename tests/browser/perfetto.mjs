// SPDX-License-Identifier: Apache-2.0
// Perfetto's trace processor in this process: the WebAssembly that ui.perfetto.dev runs in a worker, and its client.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.env.QIANKA_PERFETTO;
console.warn = () => {};  // the client says of each answer that it has a field the client is too old for
const { EngineBase } = await import(pathToFileURL(join(folder, "engine.mjs")));

class Engine extends EngineBase {
  mode = "WASM";
  id = "qianka";
  constructor(port) {
    super();
    this.port = port;
    port.onmessage = ({ data }) => this.onRpcResponseBytes(data);
  }
  rpcSendRequestBytes(bytes) { this.port.postMessage(bytes); }
}

/** The worker's script, given what a worker has. */
function worker(said) {
  const script = readFileSync(join(folder, "engine_bundle.node.js"), "utf8");
  const narrow = script.replace("= hasMemory64Support();", "= false;");  // the package has the other build alone
  assert.notEqual(narrow, script);
  const self = { location: { href: "http://localhost/" } }, wasm = readFileSync(join(folder, "trace_processor.wasm"));
  class XMLHttpRequest { open() {} send() { this.response = wasm; } }
  const log = (...words) => said.push(words.join(" "));
  new Function("self", "WorkerGlobalScope", "XMLHttpRequest", "console", narrow)(self, Object, XMLHttpRequest, { log, warn: log, error: log });
  return self;
}

/** Opens a trace: `rows` answers SQL with objects, integers as BigInt; `said` is what Perfetto writes meanwhile. */
export async function open(file) {
  const said = [], { port1, port2 } = new MessageChannel();
  worker(said).onmessage({ data: port1 });
  const engine = new Engine(port2);
  await engine.parse(new Uint8Array(readFileSync(file)));
  await engine.notifyEof();
  const rows = async (sql) => {
    const result = await engine.query(sql), columns = result.columns(), found = [];
    for (const row = result.iter({}); row.valid(); row.next()) found.push(Object.fromEntries(columns.map((name) => [name, row.get(name)])));
    return found;
  };
  return { rows, said, close: () => { port1.close(); port2.close(); } };
}
