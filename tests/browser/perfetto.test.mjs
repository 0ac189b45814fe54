// SPDX-License-Identifier: Apache-2.0
// Perfetto finds in our traces what stands in them, and finds nothing wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./perfetto.mjs";
import { contents, title, traces } from "./traces.mjs";

const number = (table, key, value) => Object.fromEntries(table.map((row) => [row[key], value(row)]));

for (const file of traces())
  test(title(file), async (context) => {
    const { rows, said, close } = await open(file), expected = contents(file);
    context.after(close);
    const of = async (sql) => Number((await rows(sql))[0].n);

    assert.deepEqual(await rows("select name, value from stats where severity <> 'info' and value <> 0"), []);
    assert.deepEqual(said.filter((line) => !/^\rLoading trace|unsupported syscall: __syscall_mprotect/.test(line)), []);

    const tracks = await rows(`select process.name || ' / ' || thread.name as name, count(*) as slices, sum(dur) as ns from slice
      join thread_track on thread_track.id = slice.track_id join thread using (utid) join process using (upid) group by 1`);
    assert.deepEqual(number(tracks, "name", ({ slices, ns }) => ({ slices: Number(slices), ns: Number(ns) })), expected.tracks);
    assert.equal(await of("select count(*) as n from slice where depth > 0"), 0, "slices of a track lie over each other");

    const ends = "join slice as leaves on leaves.id = flow.slice_out join slice as arrives on arrives.id = flow.slice_in";
    assert.equal(await of("select count(*) as n from flow"), expected.arrows);
    assert.equal(await of(`select count(*) as n from flow ${ends} where leaves.ts <= arrives.ts + arrives.dur`), expected.arrows);

    // A counter of several values is a track a value here, named "counter value".
    const counters = await rows(`select process.name || ' / ' || track.name as name, count(*) as samples from counter
      join process_counter_track as track on track.id = counter.track_id join process using (upid) group by 1`);
    for (const [name, samples] of Object.entries(expected.counters)) {
      const here = counters.filter((one) => one.name.startsWith(`${name} `));
      assert.ok(here.length > 0 && here.some((one) => Number(one.samples) === samples), `${name}: ${samples} samples`);
    }

    // The page calls a thread of the process's own number its main one and draws it first; slices off threads get no name.
    const on = "from slice left join thread_track on thread_track.id = slice.track_id left join thread using (utid)";
    assert.equal(await of(`select count(*) as n ${on} where utid is null or is_main_thread`), 0);

    const collectives = await rows(`select string_value as name, count(*) as n from slice join args using (arg_set_id)
      where args.key = 'args.Collective name' group by 1`);
    assert.deepEqual(number(collectives, "name", ({ n }) => Number(n)), expected.collectives);
  });
