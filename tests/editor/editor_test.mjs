// SPDX-License-Identifier: Apache-2.0
// Does an editor with yaml-language-server say of a file what `qianka check` says? On every shipped file it must say
// nothing; on the gallery of mistakes (tests/errors) what it says and what it cannot know stands in gallery.txt.
// node editor_test.mjs ROOT SERVER; with QIANKA_ACCEPT=1 what it says today becomes gallery.txt.
import fs from 'node:fs';
import path from 'node:path';
import {diagnose} from './language_server.mjs';

const [root, server] = process.argv.slice(2);
const complaints = [];

const without_schema = ['scenarios/validation/', 'topologies/interchange/'];  // read by the program alone
const shipped = ['scenarios', 'topologies']
  .flatMap(folder => fs.readdirSync(path.join(root, folder), {recursive: true}).map(name => path.join(folder, name)))
  .filter(file => file.endsWith('.yaml') && !without_schema.some(folder => file.startsWith(folder)));
const gallery = fs.readdirSync(path.join(root, 'tests/errors')).filter(name => /^\d.*\.yaml$/.test(name)).sort();

const text_of = file => fs.readFileSync(path.join(root, file), 'utf8');
const modeline = /^# yaml-language-server: \$schema=(\S+)\n/;
const texts = new Map();    // by whole path, as the server gets them
const spoilt = new Map();   // one file of each kind with a key that no schema has: path and the line of that key
const kinds = new Set();
for (const file of shipped) {
  const text = text_of(file), whole = path.join(root, file), named = modeline.exec(text);
  texts.set(whole, text);
  if (!named || !fs.existsSync(path.join(path.dirname(whole), named[1]))) {
    complaints.push(`${file}:1: the first line names no schema that is there`);
  } else if (!kinds.has(path.basename(named[1]))) {
    kinds.add(path.basename(named[1]));
    const other = path.join(path.dirname(whole), `spoilt-${path.basename(file)}`);
    texts.set(other, `${text}no_such_key: 1\n`);
    spoilt.set(other, text.split('\n').length);
  }
}
for (const name of gallery) texts.set(path.join(root, 'tests/errors', name), text_of(`tests/errors/${name}`));

const scenario = 'file://' + path.join(root, 'scenarios/schema/scenario.json');
const said = await diagnose(server, texts,
  {validate: true, hover: false, completion: false, schemaStore: {enable: false},
   schemas: {[scenario]: gallery.map(name => `tests/errors/${name}`)}});

for (const [file, line] of spoilt)
  if (!said.get(file).some(d => d.line === line)) complaints.push(`${file}:${line}: the schema allows any key`);
for (const file of shipped)
  for (const {line, message} of said.get(path.join(root, file))) complaints.push(`${file}:${line}: ${message}`);

// What a schema knows: keys, choices, truths and units. A merge key (<<) is for YAML itself to resolve.
const knowable = /^unknown key '(?!<<)|^'\w+' cannot be |^unknown unit|^an? .* needs a unit|given twice$|must be true or false/;
const page = ['# What `qianka check` says of tests/errors: + where yaml-language-server marks the same line, - where it does not;',
              '# ! what it marks besides. Written by tests/editor/editor_test.mjs with QIANKA_ACCEPT=1.'];
for (const name of gallery) {
  const lines = new Set(said.get(path.join(root, 'tests/errors', name)).map(d => d.line));
  const ours = new Set();
  page.push('', name);
  for (const row of text_of(`tests/errors/${name.replace('.yaml', '.txt')}`).split('\n')) {
    const match = /^([^:\s]+):(\d+):\d+: (?:error: )?(.*)$/.exec(row);
    if (!match) continue;
    const here = match[1] === name, line = Number(match[2]);
    if (here) ours.add(line);
    const marked = here && lines.has(line);
    page.push(`${marked ? '+' : '-'} ${here ? line : row.split(': ')[0]}: ${match[3]}`);
    if (!marked && knowable.test(match[3])) complaints.push(`tests/errors/${row}: the schema should know it`);
  }
  for (const {line, message} of said.get(path.join(root, 'tests/errors', name)))
    if (!ours.has(line)) page.push(`! ${line}: ${message.split('\n')[0]}`);
}
const text = page.join('\n') + '\n';
const expected = path.join(root, 'tests/editor/gallery.txt');
if (process.env.QIANKA_ACCEPT) fs.writeFileSync(expected, text);
else if (!fs.existsSync(expected) || fs.readFileSync(expected, 'utf8') !== text) {
  complaints.push('tests/editor/gallery.txt: the server says something else; if this is good: ./dev accept');
  fs.writeFileSync('gallery.txt', text);
}

console.log(`${shipped.length} shipped files, ${gallery.length} of the gallery: ` +
            `${(text.match(/^\+/gm) ?? []).length} errors marked, ${(text.match(/^-/gm) ?? []).length} beyond a schema`);
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}
