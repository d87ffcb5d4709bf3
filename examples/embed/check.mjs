#!/usr/bin/env node
// Judges records from Node through a child process: `check.mjs STUDENTS.csv RULES [STORE]`.
//
// The protocol: JSON lines go to the standard input of `spoke check --records - --format json` while
// it judges, so memory stays small whatever their number; when its input ends it writes one report,
// docs/schemas/check.schema.json, and ends with 0 (nothing found), 1 (findings) or 2 (not all could
// be judged). SPOKE names the program if it is not on the PATH. No package is needed.
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";

async function textOf(stream) {
  let text = "";
  for await (const piece of stream.setEncoding("utf8")) text += piece;
  return text;
}

async function* jsonLines(records) {
  for await (const record of records) yield JSON.stringify(record) + "\n";
}

// Judges records, which may be any iterable of objects, by the rules of the files. Gives
// { status, report, errors }; report is null when there is none.
export async function check(records, rules, options = []) {
  const program = process.env.SPOKE ?? "spoke";
  const child = spawn(program, ["check", ...rules, "--records", "-", "--format", "json", ...options]);
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve(status ?? 2));
  });
  const fed = pipeline(Readable.from(jsonLines(records)), child.stdin).catch((error) => {
    // It stopped reading because it cannot judge: its status and its errors say why.
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") {
      child.kill();
      throw error;
    }
  });
  const [status, text, errors] = await Promise.all([ended, textOf(child.stdout), textOf(child.stderr), fed]);
  return { status, report: text ? JSON.parse(text) : null, errors };
}

// Rows of a plain CSV file: no quotes, `#` lines in front of the header.
async function* rowsOf(file) {
  let names = null;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (!names && line.startsWith("#")) continue;
    const cells = line.split(",");
    if (names) yield Object.fromEntries(names.map((name, i) => [name, cells[i] || null]));
    else names = cells;
  }
}

function tell(report) {
  for (const rule of report.rules) {
    if (rule.reason) console.log(`${rule.status}: ${rule.rule}: ${rule.reason}`);
    for (const found of rule.evidence)
      console.log(`${rule.severity}: ${rule.rule}: record ${found.record}: ${found.message}`);
  }
  const { rules, rows, findings } = report.summary;
  console.log(`${rules} rules, ${rows} rows, ${findings} findings`);
}

async function main([file, rules, store]) {
  if (!rules) {
    console.error("usage: check.mjs STUDENTS.csv RULES [STORE]");
    return 2;
  }
  const options = ["--records-of", "student", "--show-values", ...(store ? ["--store", store] : [])];
  const { status, report, errors } = await check(rowsOf(file), [rules], options);
  if (report) tell(report);
  if (status === 2) process.stderr.write(errors);
  return status;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  process.exitCode = await main(process.argv.slice(2)).catch((error) => {
    console.error(`check.mjs: ${error.message}`);
    return 2;
  });
